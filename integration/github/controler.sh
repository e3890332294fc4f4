#!/usr/bin/env bash
# Check a delivery, keep every report, place the findings in the repository; end with the code of duicheck.
set -euo pipefail

scripts="$RUNNER_TEMP/duicheck/bin"
[[ -d $scripts ]] || scripts="$RUNNER_TEMP/duicheck/Scripts" # Windows
export PYTHONUTF8=1

reports="${ENTREE_RAPPORTS:-duicheck-rapports}"
mkdir -p -- "$reports"
# What an earlier run left must not pass for a report of this one.
rm -f -- "$reports"/{rapport.json,duicheck.sarif,junit.xml,rapport.md,rapport.html}

options=()
while IFS= read -r line; do
  line="${line%$'\r'}"
  [[ -z ${line// /} ]] || options+=("$line")
done <<<"${ENTREE_OPTIONS:-}"

code=0
"$scripts/duicheck" check \
  --output "json=$reports/rapport.json" \
  --output "sarif=$reports/duicheck.sarif" \
  --output "junit=$reports/junit.xml" \
  --output "markdown=$reports/rapport.md" \
  --output "html=$reports/rapport.html" \
  ${options[@]+"${options[@]}"} -- "$ENTREE_LIVRAISON" || code=$?

echo "code=$code" >>"$GITHUB_OUTPUT"
if [[ -f $reports/rapport.json ]]; then
  read_verdict='import json, sys; print(json.load(open(sys.argv[1], encoding="utf-8"))["verdict"])'
  verdict=$("$scripts/python" -c "$read_verdict" "$reports/rapport.json")
  printf '%s\n' "verdict=$verdict" "rapport=$reports/rapport.json" >>"$GITHUB_OUTPUT"
fi
# With --mode=dossier, personal data in the delivery leaves rapport.json alone.
if [[ -f $reports/duicheck.sarif ]]; then
  arguments=("$reports/duicheck.sarif" "$ENTREE_LIVRAISON")
  [[ ${ENTREE_ANNOTATIONS:-} != true ]] || arguments+=(--annotations)
  "$scripts/python" "$GITHUB_ACTION_PATH/integration/github/situer.py" "${arguments[@]}"
  echo "sarif=$reports/duicheck.sarif" >>"$GITHUB_OUTPUT"
  cat -- "$reports/rapport.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
