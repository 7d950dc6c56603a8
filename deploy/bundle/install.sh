#!/bin/sh
# Installs xiaozu from this very folder, without a network: sh install.sh  (PYTHON=/path/to/python3 names another; --upgrade: beside a version that runs).
# What the machine lacks is said first, and then nothing has been written.
set -eu
cd "$(dirname "$0")"
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
python=
for each in ${PYTHON:-python3 python3.11 python3.12 python3.13}; do
  if new_enough "$each"; then python=$each; break; fi
done
if [ -z "$python" ]; then
  echo "还不能安装，什么都没有写：" >&2
  echo "没有找到 Python 3.11 或更新的版本：请先装上（Debian 12、Ubuntu 24.04、openEuler 24.03 自带），装在别处的写明 PYTHON=/路径/python3 sh install.sh。" >&2
  exit 1
fi
"$python" -I -B deploy/bundle/needs.py "$@"
echo "正在安装到 $(pwd)/.venv，不用网络……"
[ -x .venv/bin/python ] || "$python" -m venv --without-pip .venv  # Debian's Python brings no pip, so the bundle does
wheel=$(ls wheels/pip-*.whl)
pip() { .venv/bin/python "$wheel/pip" --isolated --disable-pip-version-check --quiet "$@"; }
pip install --no-index --find-links wheels --require-hashes -r production.lock
pip install --no-index --no-deps --no-build-isolation -e .
echo "装好了。启动：.venv/bin/xiaozu up　　长期使用，装成服务：sudo .venv/bin/xiaozu install 这台机器的地址"
echo "第一次使用：.venv/bin/xiaozu setup，30 分钟内在网页 /setup 上填设置码。说明在 docs/installing.md。"
