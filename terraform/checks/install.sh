#!/bin/sh
# Makes the two environments of the offline checks: .venv-terraform/schema (the provider's schema and a parser of HCL) and
# .venv-terraform/checkov (which wants older libraries than the platform). Usage: terraform/checks/install.sh [path of uv]
set -eu
cd "$(dirname "$0")/../.."
uv=${1:-uv}

for name in schema checkov; do
  lock=terraform/checks/$name.lock
  environment=.venv-terraform/$name
  if ! cmp -s "$lock" "$environment/installed.lock"; then
    command -v "$uv" >/dev/null || { echo "terraform/checks/install.sh: no uv at '$uv'; give its path" >&2; exit 2; }
    "$uv" venv --quiet --clear --python 3.11 "$environment"
    # --no-deps: a lock names all that is needed, and the bindings' own requirements (a Node runtime) are not
    "$uv" pip install --quiet --no-deps --python "$environment/bin/python" --requirement "$lock"
    cp "$lock" "$environment/installed.lock"
  fi
done
