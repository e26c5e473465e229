#!/usr/bin/env bash
# A user's visit to FinCloud, call by call, against a running gateway:
#
#   ./gatehouse local --gateway examples/fincloud      in one terminal, then
#   examples/fincloud/journey.sh                       in another
#
# GATEWAY_URL says where the gateway is (http://localhost:8000 unless set). Every run is another user, but it lets a
# service fail, whose circuit is then open for a minute: so it waits for the circuit first.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../words.sh
. "$here/../words.sh"

# notifications STATUS TIMES: what the demo's notifications answer for so many calls.
notifications() {
  curl -sS --fail-with-body -X PUT "$url/_local/upstreams/notifications/behaviour" \
    --data-binary "{\"status\":$1,\"times\":$2}" >/dev/null
}

call 'alive' 200 GET /healthz
call 'ready' 200 GET /readyz --retry 10 --retry-delay 1

# --- the door

user=saver-$(random_hex 6)
call 'without a token' 401 GET /api/v1/budgets
header_is Content-Type 'application/problem+json*'
call 'with a token that nobody signed' 401 GET /api/v1/budgets -H 'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.'
token=$(token '')

# --- budgets

signed 'no budgets yet' 200 GET /api/v1/budgets
signed 'a budget' 201 POST /api/v1/budgets -H 'Content-Type: application/json' --data-binary '{"name":"food","limit":"400.00"}'
id=$(member budget_id)
[ -n "$id" ] || fail 'no budget_id'
signed 'read it' 200 GET "/api/v1/budgets/$id"
member_is name food
header_is X-RateLimit-Limit-Minute 60
header_is X-RateLimit-Limit-Hour 1000
signed 'change it' 200 PUT "/api/v1/budgets/$id" -H 'Content-Type: application/json' --data-binary '{"name":"food","limit":"450.00"}'
member_is limit 450.00
signed 'delete it' 204 DELETE "/api/v1/budgets/$id"
signed 'it is gone' 404 GET "/api/v1/budgets/$id"
member_is code BUDGET_NOT_FOUND

# --- portfolio and notifications

signed 'the portfolio' 200 GET /api/v1/portfolio/summary
member_is currency EUR
signed 'nobody writes there' 405 POST /api/v1/portfolio/summary
refused_with METHOD_NOT_ALLOWED
signed 'notifications' 200 GET /api/v1/notifications
signed 'read one' 200 POST /api/v1/notifications/ntf_1/read

# --- a service that fails is left alone after five failures; the others are not concerned

notifications 500 5
for n in 1 2 3 4 5; do
  signed "failure $n" 500 POST /api/v1/notifications/ntf_1/read
done
signed 'the sixth is not sent' 503 POST /api/v1/notifications/ntf_1/read
refused_with CIRCUIT_OPEN
header_is Retry-After '[1-9]*'
call 'the breaker is seen' 200 GET /api/v1/health/detailed
grep -q '"state" *: *"open"' "$answers/body" || fail 'no open breaker'
signed 'another service' 200 GET /api/v1/portfolio/holdings

# --- 60 a minute, then 429

refused=0
for n in $(seq 61); do
  code=$(curl -sS -o "$answers/body" -D "$answers/head" -w '%{http_code}' -H "Authorization: Bearer $token" "$url/api/v1/budgets")
  [ "$code" = 429 ] && refused=$((refused + 1))
done
name='61 more' method=GET path=/api/v1/budgets
[ "$refused" -ge 1 ] || fail 'never refused (expected: the minute used up)'
refused_with RATE_LIMITED
member_is limit minute
header_is X-RateLimit-Remaining-Minute 0
header_is Retry-After '[1-9]*'

echo "the journey is done: all answers were as expected"
