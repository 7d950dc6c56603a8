"""`python -m deploy.bundle dist`: make the bundle, and say where it is and what it lacks."""

import sys
from pathlib import Path

from deploy.box.programs import ROOT
from deploy.bundle.making import make

sys.stdout.write(f"{make(ROOT, Path(sys.argv[1]))}\n")
