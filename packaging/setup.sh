#!/usr/bin/env bash
# What `make setup` does: a virtual environment with the locked packages and the project itself, editable.
# VENV names the environment's folder, PYTHON the interpreter (otherwise the first one found that is new enough).
# Nothing is installed that the files under requirements/ do not name with a hash; build tools included.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

say() { printf 'setup: %s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$candidate" -c "$new_enough" 2>/dev/null; then
      "$candidate" -c 'import sys; print(sys.executable)'
      return
    fi
  done
  fail "no Python 3.11 or newer among: ${PYTHON:-python3 python3.13 python3.12 python3.11}. Set PYTHON=/path/to/python3."
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

install_quietly() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1 && return
  as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

# Debian keeps what makes environments in a package of its own.
need_ensurepip() {
  "$1" -c 'import ensurepip' 2>/dev/null && return
  local package
  package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  if may_install; then
    say "installing $package: this Python has no ensurepip"
    install_quietly "$package"
  else
    fail "this Python cannot make environments (no ensurepip). As root: apt-get install $package"
  fi
}

make_venv() {
  local python=$1
  # An environment of another version, or one that was left half made, is made again.
  if [ -x "$venv/bin/pip" ] && [ "$("$venv/bin/python" -c "$version" 2>/dev/null)" = "$("$python" -c "$version")" ]; then return; fi
  say "making $venv with $("$python" -V)"
  "$python" -m venv --clear "$venv"
}

pip() { "$venv/bin/python" -m pip --disable-pip-version-check -qq install "$@"; }

# The small fast voice is C without a wheel; everything else runs without it.
add_pico() {
  if ! command -v cc >/dev/null; then
    say "no C compiler: the Pico voice is left out (apt-get install gcc python3-dev, then make setup)"
  elif ! "$venv/bin/python" -c 'import pathlib, sys, sysconfig; sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())'; then
    say "no Python.h: the Pico voice is left out (apt-get install python3-dev, then make setup)"
  elif ! pip --require-hashes --no-build-isolation -r requirements/pico.txt; then
    say "the Pico voice did not build: it is left out"
  fi
}

# The administration's pages are tested in a real browser.
add_browser() {
  [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null && return
  if may_install; then
    say "installing chromium: the administration's pages are tested in it"
    install_quietly --no-install-recommends chromium || say "chromium could not be installed: the tests of the pages will say so"
  else
    say "no chromium: the tests of the administration's pages need it. As root: apt-get install chromium; or set CHROMIUM=/path/to/it"
  fi
}

# `voiced tunnel` runs OpenSSH's client, and so do its tests; the server that they reach is a Python package.
add_ssh() {
  command -v ssh >/dev/null && command -v ssh-keygen >/dev/null && return
  if may_install; then
    say "installing openssh-client: tunnels are made by it"
    install_quietly --no-install-recommends openssh-client || say "openssh-client could not be installed: the tests of tunnels will say so"
  else
    say "no ssh: voiced tunnel and its tests need it. As root: apt-get install openssh-client"
  fi
}

version='import sys; print(sys.version_info[:2])'
python=$(find_python)
need_ensurepip "$python"
make_venv "$python"
say "installing the locked packages"
pip --require-hashes -r requirements/build.txt
pip --require-hashes --no-build-isolation -r requirements/dev.txt
pip --no-deps --no-build-isolation -e .
"$venv/bin/python" -m compileall -q voiced plugins admin # a worker starts in half the time, also where Python may not write
add_pico
add_browser
add_ssh
say "done: $("$venv/bin/voiced" --version)"
