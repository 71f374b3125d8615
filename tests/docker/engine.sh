#!/usr/bin/env bash
# Prints the DOCKER_HOST of an engine that answers; starts one of our own (as root, Debian's docker.io) where none does.
#   DOCKER_HOST=$(bash tests/docker/engine.sh)        bash tests/docker/engine.sh stop
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
state=${REPRO_ENGINE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/jupyter-repro/engine}
socket=unix://$state/docker.sock

answers() { DOCKER_HOST=$1 timeout 20 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

if [[ ${1:-} == stop ]]; then
  [[ -f $state/dockerd.pid ]] && kill "$(cat "$state/dockerd.pid")"
  exit 0
fi
command -v docker >/dev/null || { echo "engine: docker is not installed; on Debian: apt-get install docker.io iptables" >&2; exit 1; }
for host in ${DOCKER_HOST:-} "$socket" unix:///var/run/docker.sock; do
  if answers "$host"; then echo "$host"; exit 0; fi
done
[[ $(id -u) == 0 ]] || { echo "engine: none answers, and starting one needs root" >&2; exit 1; }
command -v dockerd >/dev/null || { echo "engine: dockerd is not installed; on Debian: apt-get install docker.io iptables" >&2; exit 1; }

mkdir -p "$state"
exec 9>"$state/lock"
flock 9
if ! answers "$socket"; then
  rm -f "$state/dockerd.pid"
  setsid nohup dockerd --data-root "$state/data" --exec-root "$state/exec" -H "$socket" --pidfile "$state/dockerd.pid" \
    >"$state/dockerd.log" 2>&1 </dev/null 9>&- &
  for _ in $(seq 60); do
    answers "$socket" && break
    sleep 1
  done
  answers "$socket" || { echo "engine: dockerd did not come up; see $state/dockerd.log" >&2; tail -5 "$state/dockerd.log" >&2; exit 1; }
fi
echo "$socket"
