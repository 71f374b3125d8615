#!/usr/bin/env bash
# The whole loop on the messy example: play it, judge it, export it, prove it in a fresh virtual environment.
#     demo.sh BIN FOLDER      BIN: folder of the interpreter; FOLDER: where everything is written
set -euo pipefail
bin=$1 folder=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repro="$bin/jupyter-repro"
mkdir -p "$folder"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

say "1. A messy hour in a notebook, played through a real kernel"
rm -rf "$folder/.repro"
"$bin/python" "$here/messy/play.py" "$folder" 2> >(grep -v IPKernelApp >&2)

say "2. What it hides: jupyter repro check messy.ipynb"
"$repro" check "$folder/messy.ipynb" || true

say "3. Export a locked bundle and prove it in a fresh virtual environment: jupyter repro export messy.ipynb -o bundle"
code=0
"$repro" export "$folder/messy.ipynb" -o "$folder/bundle" --in venv --force || code=$?

say "Done."
echo "  notebook  $folder/messy.ipynb"
echo "  bundle    $folder/bundle"
echo "  report    $folder/bundle/REPORT.html"
exit $code
