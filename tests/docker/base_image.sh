#!/usr/bin/env bash
# Makes the image that an exported Dockerfile begins with, python:X.Y.Z-slim-bookworm, without pulling anything:
# a minimal Debian by debootstrap (cached) and the tree of a CPython of this machine. Needs root and an engine.
#   bash tests/docker/base_image.sh [PYTHON]           prints the image's name; nothing to do where it exists already
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${1:-${PYTHON:-}}
if [[ -z $python ]]; then
  python=$here/../../.venv/bin/python
  if [[ ! -x $python ]]; then # the interpreter that the Makefile will make .venv with
    for python in python3 python3.11 python3.12 python3.13; do
      "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && break
    done
  fi
fi
read -r version prefix short < <("$python" -c 'import platform, sys; print(platform.python_version(), sys.base_prefix, "python%d.%d" % sys.version_info[:2])')
image=python:$version-slim-bookworm
DOCKER_HOST=$(bash "$here/engine.sh")
export DOCKER_HOST
if docker image inspect "$image" >/dev/null 2>&1; then echo "$image"; exit 0; fi
[[ $(id -u) == 0 ]] || { echo "base image: debootstrap needs root" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "base image: debootstrap is not installed; on Debian: apt-get install debootstrap" >&2; exit 1; }

cache=${XDG_CACHE_HOME:-$HOME/.cache}/jupyter-repro/base-image
debian=$cache/bookworm.tar
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

if [[ ! -f $debian ]]; then
  echo "base image: debootstrap bookworm (once, about two minutes)" >&2
  # The shared libraries of the official slim image, which CPython's own extension modules are linked with.
  libraries=libbz2-1.0,libdb5.3,libexpat1,libffi8,libgdbm6,libgdbm-compat4,liblzma5,libncursesw6,libnsl2,libreadline8,libsqlite3-0,libssl3,libtirpc3,libuuid1,zlib1g
  debootstrap --variant=minbase --include="ca-certificates,netbase,tzdata,$libraries" bookworm "$work/root" ${DEBIAN_MIRROR:-} >"$work/log" 2>&1 \
    || { echo "base image: debootstrap failed: $(tail -1 "$work/log")" >&2; exit 1; }
  rm -rf "$work/root/var/cache/apt/archives/"*.deb "$work/root/var/lib/apt/lists/"* "$work/root/usr/share/"{doc,man,locale}/*
  tar -C "$work/root" --numeric-owner -cf "$debian.part" .
  mv "$debian.part" "$debian"
  rm -rf "$work/root"
fi

echo "base image: $image from $prefix" >&2
mkdir -p "$work/root"
tar -C "$work/root" --numeric-owner -xpf "$debian"
tar -C "$prefix" --exclude=site-packages --exclude=__pycache__ --exclude=test --exclude='*.a' -cf - \
  "bin/$short" "lib/$short" "include/$short" $(cd "$prefix" && ls -d lib/libpython* 2>/dev/null | grep -v '\.a$' || true) \
  | tar -C "$work/root/usr/local" --no-same-owner -xf -
mkdir -p "$work/root/usr/local/lib/$short/site-packages"
ln -sf "$short" "$work/root/usr/local/bin/python3"
ln -sf "$short" "$work/root/usr/local/bin/python"
[[ -f /etc/ssl/certs/ca-certificates.crt ]] && cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
chroot "$work/root" /sbin/ldconfig
chroot "$work/root" /usr/local/bin/python -m ensurepip --upgrade >"$work/log" 2>&1 \
  || { echo "base image: the interpreter does not run in Debian bookworm: $(tail -1 "$work/log")" >&2; exit 1; }
ln -sf pip3 "$work/root/usr/local/bin/pip"
tar -C "$work/root" --numeric-owner -c . \
  | docker import --change 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'ENV LANG=C.UTF-8' \
      --change "ENV PYTHON_VERSION=$version" --change 'CMD ["python3"]' - "$image" >/dev/null
echo "$image"
