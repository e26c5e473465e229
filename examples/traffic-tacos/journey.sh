#!/usr/bin/env bash
# A user's visit to Traffic Tacos, call by call, against a running gateway:
#
#   ./gatehouse local                       in one terminal, then
#   examples/traffic-tacos/journey.sh       in another
#
# GATEWAY_URL says where the gateway is (http://localhost:8000 unless set). Every run is another user, so it can be run again at once.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../words.sh
. "$here/../words.sh"

# --- the gateway is there

call 'alive' 200 GET /healthz
header_is X-Request-ID '?*'
call 'ready' 200 GET /readyz --retry 10 --retry-delay 1

# --- the door

user=journey-$(random_hex 6)
event=concert-$(random_hex 4)
reservation='{"event_id":"'$event'","seat_ids":["A-1","A-2"],"quantity":2}'

call 'without a token' 401 GET /api/v1/reservations/rsv_1
header_is Content-Type 'application/problem+json*'
header_is WWW-Authenticate 'Bearer*'
call 'with a forged token' 401 GET /api/v1/reservations/rsv_1 -H 'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.'

token=$(token reservations:read)
post 'with a token that may only read' 403 /api/v1/reservations "$reservation"
refused_with ACCESS_DENIED

# --- a visit: reserve, pay, confirm

token=$(token 'reservations:read reservations:write')
post 'reserve without having queued' 403 /api/v1/reservations "$reservation"
refused_with QUEUE_PASS_REQUIRED
member_is waiting_room_url "/waiting-room/$event"

# --- the queue: join, wait, enter, as the web client does

call 'an event without a queue' 404 POST /api/v1/queue/join -H 'Content-Type: application/json' --data-binary '{"event_id":"nothing"}'
post 'join the queue' 202 /api/v1/queue/join '{"event_id":"'"$event"'","user_id":"'"$user"'"}'
ticket=$(member waiting_token)
[ -n "$ticket" ] || fail 'no waiting_token'
post 'join again, from another device' 202 /api/v1/queue/join '{"event_id":"'"$event"'","user_id":"'"$user"'"}'
member_is waiting_token "$ticket"
turn=0
until [ "$turn" = ready ]; do
  [ "$turn" -lt 30 ] || fail "not ready after $turn polls"
  call 'ask for the turn' 200 GET "/api/v1/queue/status?token=$ticket"
  if grep -q '"ready_for_entry" *: *true' "$answers/body"; then turn=ready; else turn=$((turn + 1)) && sleep 1; fi
done
call 'a forged ticket' 404 GET "/api/v1/queue/status?token=$ticket""x"
refused_with TOKEN_NOT_FOUND
post 'enter' 200 /api/v1/queue/enter '{"waiting_token":"'"$ticket"'"}'
member_is admission granted
pass=$(member reservation_token)
[ -n "$pass" ] || fail 'no reservation_token'
post 'enter again: the same pass' 200 /api/v1/queue/enter '{"waiting_token":"'"$ticket"'"}'
member_is reservation_token "$pass"
call 'the board' 200 GET "/api/v1/queue/board?event_id=$event"
member_is state open
header_is Cache-Control 'public, max-age=2'
call 'the waiting room' 200 GET "/waiting-room/$event" -H 'Accept-Language: ko'
header_is Content-Language ko
header_is Content-Security-Policy "default-src 'none'*"
post 'a pass for another event' 403 /api/v1/reservations '{"event_id":"evt-other","quantity":1,"reservation_token":"'"$pass"'"}'
refused_with QUEUE_PASS_REQUIRED
reservation='{"event_id":"'$event'","seat_ids":["A-1","A-2"],"quantity":2,"reservation_token":"'$pass'"}'

post 'reserve two seats' 201 /api/v1/reservations "$reservation"
member_is status HOLD
id=$(member reservation_id)
[ -n "$id" ] || fail 'no reservation_id'

key=$(uuid4)
again=(-H "Idempotency-Key: $key" -H 'Content-Type: application/json' --data-binary '{"event_id":"'"$event"'","quantity":1,"reservation_token":"'"$pass"'"}')
signed 'reserve under a key' 201 POST /api/v1/reservations "${again[@]}"
once=$(member reservation_id)
signed 'the same again: nothing is reserved twice' 201 POST /api/v1/reservations "${again[@]}"
member_is reservation_id "$once"
header_is Idempotent-Replayed true
signed 'what became of it' 200 GET "/api/v1/idempotency/$key?method=POST&path=/api/v1/reservations"
member_is state DONE
signed 'the key for another request' 409 POST /api/v1/reservations -H "Idempotency-Key: $key" \
  -H 'Content-Type: application/json' --data-binary '{"event_id":"'"$event"'","quantity":2,"reservation_token":"'"$pass"'"}'
refused_with IDEMPOTENCY_CONFLICT
signed 'no UUID' 400 POST /api/v1/reservations -H "Idempotency-Key: 1-$key" --data-binary "$reservation"
refused_with INVALID_IDEMPOTENCY_KEY
signed 'no key' 400 POST /api/v1/reservations --data-binary "$reservation"
refused_with IDEMPOTENCY_REQUIRED

signed 'read it' 200 GET "/api/v1/reservations/$id"
member_is reservation_id "$id"
member_is user_id "$user"
header_is RateLimit-Policy '"user"*'
header_is X-RateLimit-Remaining '[0-9]*'

post 'intend to pay' 200 /api/v1/payment/intent '{"reservation_id":"'"$id"'","amount":240000,"currency":"KRW"}'
member_is status PENDING
intent=$(member payment_intent_id)
[ -n "$intent" ] || fail 'no payment_intent_id'

post 'pay' 200 /api/v1/payment/process '{"payment_intent_id":"'"$intent"'"}'
signed 'see that it is paid' 200 GET "/api/v1/payment/$intent/status"
member_is status COMPLETED
signed 'as the web client asks' 200 GET "/api/v1/payments/$intent/status"
member_is status COMPLETED

post 'confirm' 200 "/api/v1/reservations/$id/confirm" '{"payment_intent_id":"'"$intent"'"}'
member_is status CONFIRMED
[ -n "$(member order_id)" ] || fail 'no order_id'

post 'reserve again' 201 /api/v1/reservations '{"event_id":"'"$event"'","quantity":1,"reservation_token":"'"$pass"'"}'
other=$(member reservation_id)
post 'change of mind: cancel' 200 "/api/v1/reservations/$other/cancel" '{}'
member_is status CANCELLED

# --- what the service itself declines comes through as it is

signed 'no such reservation' 404 GET /api/v1/reservations/rsv_unknown
member_is code RESERVATION_NOT_FOUND
post 'malformed JSON' 400 "/api/v1/reservations/$other/confirm" '{"payment_intent_id":'
member_is code INVALID_REQUEST
post 'confirm what was cancelled' 409 "/api/v1/reservations/$other/confirm" '{"payment_intent_id":"'"$intent"'"}'

# --- what the gateway declines

signed 'unknown path' 404 GET /api/v1/tacos
refused_with NOT_FOUND
signed 'wrong method' 405 DELETE /api/v1/reservations
refused_with METHOD_NOT_ALLOWED
header_is Allow '*POST*'
signed 'encoded slash' 400 GET /api/v1/reservations/a%2Fb
refused_with INVALID_PATH

# --- a browser asks first, without a token

call 'preflight' 204 OPTIONS /api/v1/reservations -H 'Origin: http://localhost:3000' \
  -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: authorization,content-type,idempotency-key'
header_is Access-Control-Allow-Origin http://localhost:3000
header_is Access-Control-Allow-Credentials true
header_is Access-Control-Allow-Methods '*POST*'

# --- too fast: 50 requests/s with a burst of 100, then 429; after Retry-After the user is served again

# Four clients with 50 requests each over kept connections: faster than one process per request.
burst() {
  for client in 1 2 3 4; do
    curl -sS -i --max-time 35 -w '\n' -H "Authorization: Bearer $token" \
      "$url/api/v1/reservations/$id?n=[1-50]" >>"$answers/burst.$client" &
  done
  wait
}

# answered STATUS: how many answers of the burst have it.
answered() {
  cat "$answers"/burst.* | grep -c "^HTTP/[0-9.]* $1" || true
}

name='a burst' method=GET path=/api/v1/reservations/$id
sent=0 refused=0
while [ "$refused" = 0 ]; do
  [ "$sent" -lt 2000 ] || fail "$sent requests and never refused (expected: a 429)"
  burst
  sent=$((sent + 200))
  refused=$(answered 429)
done
served=$(answered 200)
[ $((served + refused)) = "$sent" ] || fail "$sent sent, $served served, $refused refused (expected: no other answer)"
printf '%s  %-7s %s  (%s)\n' 429 GET "$path" "a burst of $sent: $served served, $refused refused"

retry_after=$(cat "$answers"/burst.* | tr -d '\r' | sed -n 's/^[Rr][Ee][Tt][Rr][Yy]-[Aa][Ff][Tt][Ee][Rr]: *//p' | sort -n | tail -n 1)
case $retry_after in
  '' | *[!0-9]* | 0) fail "Retry-After is '$retry_after' (expected: whole seconds)" ;;
esac
sleep "$retry_after"
signed "served again after $retry_after s" 200 GET "/api/v1/reservations/$id"

call 'still ready' 200 GET /readyz
echo "the journey is done: all answers were as expected"
