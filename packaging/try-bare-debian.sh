#!/usr/bin/env bash
# Shows that the project sets itself up on a Debian that has Python, make and nothing else: as root, with debootstrap.
#
#   packaging/try-bare-debian.sh [TARGET ...]      the make targets to run; `setup unit` without any
#
# SUITE chooses the release (bookworm), MIRROR the archive (the one this machine uses), KEEP=1 keeps the folder.
# This machine's package settings (pip's files, proxies, certificates, local indexes) hold inside as well. What is
# tried is the last commit, in a fresh clone. Mounts live in a namespace of their own and end with it.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=${SUITE:-bookworm}
mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" | head -n 1)}
targets=("$@")
[ $# -gt 0 ] || targets=(setup unit)
passed='^(PIP_|SSL_CERT|REQUESTS_CA|(http|https|no|HTTP|HTTPS|NO)_(proxy|PROXY)=)'

# Folders and files of this machine that pip's settings and the variables above name. The files of a local index lie
# beside its pages in "simple".
named_paths() {
  { cat /etc/pip.conf ~/.config/pip/pip.conf ~/.pip/pip.conf 2>/dev/null; env | grep -E "$passed"; } |
    grep -oE '(^|[ =]|file://)/[^ :]+' | sed -E 's#^(file://|[ =])##; s#/simple/?$##' | sort -u |
    while read -r path; do [ ! -e "$path" ] || printf '%s\n' "$path"; done
}

# They are lent below /lent, so that nothing that Debian installs meets them; settings are made to say so.
lend() {
  local path
  while read -r path; do
    [ ! -e "$root/lent$path" ] || continue
    if [ -d "$path" ]; then mkdir -p "$root/lent$path"; else install -D /dev/null "$root/lent$path"; fi
    mount --bind "$path" "$root/lent$path"
    mount -o remount,bind,ro "$root/lent$path"
  done < <(named_paths)
}
say_lent() {
  local script
  script=$(named_paths | sed -E 's@.*@s#(^|[ =]|file://)&($|[ /:])#\\1/lent&\\2#g@')
  sed -E -e "$script"
}

inside() {
  root=$1
  shift
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mkdir -p "$root/dev/shm" && mount -t tmpfs tmpfs "$root/dev/shm"
  lend
  local variables=()
  while IFS= read -r line; do variables+=("$line"); done < <(env | grep -E "$passed" | say_lent)
  variables+=(HOME=/lent/home PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive)
  local target
  for target in "$@"; do
    printf '\n== make %s\n' "$target"
    local start=$SECONDS
    chroot "$root" env -i "${variables[@]}" make -C /src/voiced "$target"
    printf '== make %s: done in %d s\n' "$target" $((SECONDS - start))
  done
}

if [ "${1:-}" = --inside ]; then
  shift
  inside "$@"
  exit
fi

[ "$(id -u)" = 0 ] || { echo "this needs root: it makes a chroot" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "apt-get install debootstrap" >&2; exit 1; }
root=$(mktemp -d /var/tmp/bare-debian.XXXXXX)
[ -n "${KEEP:-}" ] || trap 'rm -rf --one-file-system "$root"' EXIT
chmod 755 "$root"
echo "== Debian $suite, minbase + python3 + make, in $root"
debootstrap --variant=minbase --include=python3,make "$suite" "$root" "$mirror" >"$root.log" 2>&1 ||
  { tail -n 20 "$root.log" >&2; exit 1; }
rm -f "$root.log"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
for file in /etc/pip.conf ~/.config/pip/pip.conf ~/.pip/pip.conf; do
  copy=$root${file/#$HOME//lent/home}
  [ ! -f "$file" ] || { mkdir -p "$(dirname "$copy")" && say_lent <"$file" >"$copy"; }
done
git clone -q --no-hardlinks . "$root/src/voiced"
unshare --mount "$0" --inside "$root" "${targets[@]}"
