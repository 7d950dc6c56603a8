"""What a form of a page sent: read without waiting, checked against a shape, and refused field by field in Chinese."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, TypeVar, get_args, get_origin
from urllib.parse import SplitResult, parse_qsl, urlsplit

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, FormParser

from shared import privacy
from shared.errors import Invalid, NotYours
from shared.shapes import half_width
from shared.tables.cells import unhidden
from shared.web.shapes import sentence_of

Asked = TypeVar("Asked", bound=BaseModel)
KEY, BACK, NAME = "key", "back", "form"  # hidden fields of every form
FIELDS_MAX = 5000
DIGITS_MAX = 19  # of an id
NUMBERS = {int, float, Decimal}
OWN_MAX = 32  # of what a copy of a page puts behind its token


@dataclass(frozen=True)
class Upload:
    """A file of a form."""

    name: str
    content: bytes


class MadeForAnother(NotYours):
    """The form was made for another account than the one by which it comes."""


class Flawed(Invalid):
    """What was typed does not fit its shape: each field with its sentence."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("请检查填写的内容。")
        self.fields = fields


@dataclass
class Form:
    """The fields and files of one submission, in the order of the page."""

    entries: list[tuple[str, str]] = field(default_factory=list)
    uploads: list[tuple[str, Upload]] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        """The last value of a field, without blanks around it."""
        return next((value.strip() for key, value in reversed(self.entries) if key == name), default)

    def all(self, name: str) -> list[str]:
        """Every value of a field: boxes that were ticked."""
        return [value.strip() for key, value in self.entries if key == name and value.strip()]

    def numbers(self, name: str) -> list[int]:
        """Every value of a field that is a number, as an id of something is."""
        return [int(value) for value in self.all(name) if value.isdecimal() and len(value) <= DIGITS_MAX]

    def numbered(self, begins: str) -> list[tuple[int, str]]:
        """The fields whose names end in a number, as an id of something is: that number, and the value."""
        named = [(key.removeprefix(begins), value.strip()) for key, value in self.entries if key.startswith(begins)]
        return [(int(end), value) for end, value in named if end.isdecimal() and len(end) <= DIGITS_MAX]

    def files(self, name: str) -> list[Upload]:
        """The files of a field; one that was left empty is none."""
        return [upload for key, upload in self.uploads if key == name and upload.name]

    def fill(self, values: Mapping[str, str]) -> None:
        """What stands in some fields from now on, also where the form comes back."""
        kept = [entry for entry in self.entries if entry[0] not in values]
        self.entries = [*kept, *values.items()]

    def read(self, shape: type[Asked], **known: Any) -> Asked:  # noqa: ANN401  whatever the shape takes
        """The fields that the shape names, with what is known already. Raises Flawed with a sentence a field."""
        values = {name: value for name in shape.model_fields if (value := self._value(shape, name)) is not None}
        try:
            return shape.model_validate(values | known, strict=False)
        except ValidationError as error:
            found = [(str(flaw["loc"][0] if flaw["loc"] else ""), flaw) for flaw in error.errors()]
            raise Flawed({name: sentence_of(flaw) for name, flaw in reversed(found)}) from None

    def _value(self, shape: type[BaseModel], name: str) -> str | list[str] | None:
        """What was typed in a field, a number's wide digits narrow; one that was left empty counts as not sent."""
        annotation = shape.model_fields[name].annotation
        if _is_many(annotation):
            return self.all(name) or None
        typed = self.text(name)
        return str(half_width(typed) if NUMBERS & {annotation, *get_args(annotation)} else typed) or None


def _is_many(annotation: Any) -> bool:  # noqa: ANN401  a type expression
    origin = get_origin(annotation)
    if origin in (list, tuple, set, frozenset):
        return True
    return origin is not None and any(_is_many(part) for part in get_args(annotation)[:1])


def form_of(request: Request) -> Form:
    """What the request carries, read once from the body that the frame holds."""
    if not hasattr(request.state, "form"):
        request.state.form = _parsed(request)
    form: Form = request.state.form
    return form


Sent = Annotated[Form, Depends(form_of)]


def _parsed(request: Request) -> Form:
    form = Form()
    kind, _, options = request.headers.get("content-type", "").partition(";")
    try:
        if kind.strip() == "application/x-www-form-urlencoded":
            body = request.state.body.decode()
            form.entries = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX)
        elif kind.strip() == "multipart/form-data":
            boundary = options.partition("boundary=")[2].strip('" ')
            parser = FormParser(kind.strip(), *_listeners(form), boundary=boundary, config={"MAX_FIELDS": FIELDS_MAX})
            parser.write(request.state.body)
            parser.finalize()
    except (FormParserError, ValueError) as error:
        raise Invalid("提交的内容没有收全，请重新提交。") from error
    form.entries = [(name, unhidden(value)) for name, value in form.entries]
    return form


def _listeners(form: Form) -> tuple[Callable[[Field], None], Callable[[File], None]]:
    def on_field(sent: Field) -> None:
        form.entries.append(((sent.field_name or b"").decode(), (sent.value or b"").decode()))

    def on_file(sent: File) -> None:
        sent.file_object.seek(0)
        upload = Upload(unhidden((sent.file_name or b"").decode()), sent.file_object.read())
        form.uploads.append(((sent.field_name or b"").decode(), upload))
        sent.close()

    return on_field, on_file


# --- addresses that a form names: only ours are followed ---


def parts_of(address: str) -> SplitResult | None:
    """The parts of an address; none where it is no address at all, such as `//[`."""
    try:
        return urlsplit(address)
    except ValueError:
        return None


def ours(wanted: str) -> str:
    """An address of ours, or nothing: neither the door nor a form leads to another place."""
    parts = parts_of(wanted)
    if parts is None or parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return ""
    return "" if wanted.startswith(("//", "/\\")) else wanted


# --- the token of a form: nobody else can make one, and it is the idempotency key too ---


def form_token(account_id: int | None) -> str:
    """A fresh token for one form on one page, bound to whoever it is shown to; it outlives his sitting."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_mark(account_id, nonce)}"


def checked_token(form: Form, account_id: int | None) -> str:
    """The token that came with a form. Raises MadeForAnother where it was not made for this person.

    A form out of a copy of its page, which opens without signal again and again, brings ours with a part of its own
    behind it: another token, so that two meetings written from one copy are two.
    """
    token = form.text(KEY)
    nonce, _, rest = token.partition(".")
    mark, _, own = rest.partition(".")
    if not nonce or len(own) > OWN_MAX or not hmac.compare_digest(mark.encode(), _mark(account_id, nonce).encode()):
        raise MadeForAnother("这个页面已经失效，请重新打开后再提交；填写的内容没有保存。")
    return token


def _mark(account_id: int | None, nonce: str) -> str:
    return privacy.mark(f"{account_id or 0}:{nonce}", purpose="form")[:32]
