#!/usr/bin/env bash
# Install duicheck in an environment of its own: neither the system's Python nor the project's is touched.
set -euo pipefail

environment="$RUNNER_TEMP/duicheck"
python=$(command -v python3 || command -v python)
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "::error title=duicheck::il faut Python 3.11 ou plus récent ; ajoutez actions/setup-python avant cette étape"
  exit 5
}
"$python" -m venv "$environment"
scripts="$environment/bin"
[[ -d $scripts ]] || scripts="$environment/Scripts" # Windows

wanted=()
while IFS= read -r line; do
  line="${line%$'\r'}"
  [[ -z ${line// /} ]] || wanted+=("$line")
done <<<"${ENTREE_INSTALLATION:-}"
[[ ${#wanted[@]} -gt 0 ]] || wanted=("$GITHUB_ACTION_PATH")

"$scripts/python" -m pip install --quiet --disable-pip-version-check -- "${wanted[@]}"
