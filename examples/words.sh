# The words of the examples' journeys; each journey reads this file (it is no program of its own).
#
# GATEWAY_URL says where the gateway is (http://localhost:8000 unless set). Needs curl and bash 3.2 or newer.
# Prints each call with the status that it got; ends with 1 at the first answer that is not the expected one.
# Before them: here, the folder of the example. After them: url, answers, and what is defined below.
set -euo pipefail

url=${GATEWAY_URL:-http://localhost:8000}
url=${url%/}
answers=$(mktemp -d "${TMPDIR:-/tmp}/journey.XXXXXX")
trap 'rm -rf "$answers"' EXIT

# call NAME STATUS METHOD PATH [curl options]: $answers/head and $answers/body hold what came.
call() {
  name=$1 expected=$2 method=$3 path=$4
  shift 4
  : >"$answers/head"
  : >"$answers/body"
  status=$(curl -sS --path-as-is --max-time 35 -X "$method" -D "$answers/head" -o "$answers/body" -w '%{http_code}' \
    "$@" "$url$path") || fail "no answer (expected: $expected)"
  [ "$status" = "$expected" ] || fail "answered $status (expected: $expected)"
  printf '%s  %-7s %s  (%s)\n' "$status" "$method" "$path" "$name"
}

# signed NAME STATUS METHOD PATH [curl options]: a call with the user's token.
signed() {
  signed_name=$1 signed_status=$2 signed_method=$3 signed_path=$4
  shift 4
  call "$signed_name" "$signed_status" "$signed_method" "$signed_path" -H "Authorization: Bearer $token" "$@"
}

# post NAME STATUS PATH JSON: a write with the user's token and an Idempotency-Key of its own.
post() {
  signed "$1" "$2" POST "$3" -H "Idempotency-Key: $(uuid4)" -H 'Content-Type: application/json' --data-binary "$4"
}

# token SCOPES [options of ./gatehouse token]: a token of this run's user.
token() {
  "$here/../../gatehouse" token --gateway "$here" --sub "$user" --scope "$@" || {
    echo "FAILED: a token for $user: ./gatehouse token ended with $?" >&2
    exit 1
  }
}

fail() {
  printf 'FAILED: %s: %s %s%s: %s\n' "$name" "$method" "$url" "$path" "$1" >&2
  cat "$answers/head" "$answers/body" >&2
  echo >&2
  exit 1
}

# member NAME: the value of a string member of the answer; empty without it.
member() {
  sed -n 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p' "$answers/body"
}

# header NAME: the value of a header of the answer; empty without it.
header() {
  { grep -i "^$1:" "$answers/head" || true; } | sed 's/^[^:]*: *//' | tr -d '\r'
}

member_is() {
  [ "$(member "$1")" = "$2" ] || fail "$1 is '$(member "$1")' (expected: '$2')"
}

# header_is NAME PATTERN
header_is() {
  # shellcheck disable=SC2254 # The second argument is a pattern.
  case $(header "$1") in
    $2) ;;
    *) fail "header $1 is '$(header "$1")' (expected: $2)" ;;
  esac
}

# refused_with CODE: the answer is a problem of the gateway's own (RFC 9457) with this code.
refused_with() {
  header_is Content-Type 'application/problem+json*'
  member_is code "$1"
}

random_hex() {
  od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

uuid4() {
  hex=$(random_hex 16)
  variant=89ab
  echo "${hex:0:8}-${hex:8:4}-4${hex:13:3}-${variant:$((0x${hex:16:1} & 3)):1}${hex:17:3}-${hex:20:12}"
}
