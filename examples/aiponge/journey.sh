#!/usr/bin/env bash
# A day of aiponge, call by call, against a running gateway: a visitor, a member, an admin.
#
#   ./gatehouse local --gateway examples/aiponge       in one terminal, then
#   examples/aiponge/journey.sh                        in another
#
# GATEWAY_URL says where the gateway is (http://localhost:8000 unless set). Every run has members of its own; what is
# counted by address lets several runs a minute through. One service fails on the way, and an operator repairs it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../words.sh
. "$here/../words.sh"

json='Content-Type: application/json'
member_app=https://app.aiponge.example
admin_app=https://admin.aiponge.example
run=$(random_hex 6)

# body_has TEXT: somewhere in the answer.
body_has() {
  grep -qF -- "$1" "$answers/body" || fail "no $1 in the body"
}

body_lacks() {
  ! grep -qF -- "$1" "$answers/body" || fail "$1 in the body (expected: gone)"
}

# circuit STATE: an operator's hand on the circuit of ai.
circuit() {
  call "ai: circuit $1" 200 PUT /admin/services/ai -H "Authorization: Bearer $admin" -H "$json" --data-binary "{\"state\":\"$1\"}"
}

call 'alive' 200 GET /health
call 'ready' 200 GET /readyz --retry 10 --retry-delay 1

# --- a visitor: the login is strict, its body is checked

call 'a link by mail' 202 POST /api/auth/login -H "$json" --data-binary '{"email":"nora@aiponge.example"}'
member_is sent_to nora@aiponge.example
header_is RateLimit-Policy '"anonymous";q=100;w=60, "strict";q=20;w=60'
call 'no address' 422 POST /api/auth/login -H "$json" --data-binary '{"email":"nora"}'
refused_with VALIDATION_FAILED
member_is pointer /email
call 'a form' 415 POST /api/auth/login --data-binary 'email=nora@aiponge.example'
refused_with UNSUPPORTED_MEDIA_TYPE
call 'a shared link' 302 GET /t/trk_7
header_is Location "$member_app/tracks/trk_7"

# --- the catalogue: versions by header, each kept for everybody

tracks="/api/catalog/tracks?page=$run"
call 'the old version, not named' 200 GET "$tracks"
member_is version 1
header_is X-Cache miss
header_is X-RateLimit-Limit 100
header_is Deprecation '@1780272000'
header_is Sunset 'Wed, 30 Jun 2027 00:00:00 GMT'
header_is Link '</api/catalog/tracks>; rel="successor-version"'
call 'named, and kept' 200 GET "$tracks" -H 'Accept-Version: v1'
member_is version 1
header_is X-Cache hit
header_is Deprecation '@1780272000'
call 'the new version is another answer' 200 GET "$tracks" -H 'Accept-Version: 2'
member_is version 2
header_is X-Cache miss
header_is Deprecation ''
call 'kept, too; by media type' 200 GET "$tracks" -H 'Accept: application/json; version=2'
member_is version 2
header_is X-Cache hit
call 'no such version' 406 GET "$tracks" -H 'Accept-Version: 3'
refused_with NOT_ACCEPTABLE
body_has '"versions":["1","2"]'

# --- origins: both apps, nobody else's

call 'the member app' 200 GET "$tracks" -H "Origin: $member_app"
header_is Access-Control-Allow-Origin "$member_app"
header_is Access-Control-Allow-Credentials true
call 'the admin app asks first' 204 OPTIONS /api/admin/users -H "Origin: $admin_app" \
  -H 'Access-Control-Request-Method: GET' -H 'Access-Control-Request-Headers: authorization'
header_is Access-Control-Allow-Origin "$admin_app"
header_is Access-Control-Allow-Headers authorization
call 'a foreign origin' 200 GET "$tracks" -H 'Origin: https://aiponge.example.evil.example'
header_is Access-Control-Allow-Origin ''
header_is Access-Control-Allow-Credentials ''
call 'a foreign origin asks first' 204 OPTIONS /api/admin/users -H 'Origin: https://evil.example' -H 'Access-Control-Request-Method: GET'
header_is Access-Control-Allow-Origin ''
header_is Access-Control-Allow-Methods ''
call 'nor reads a refusal' 401 GET /api/users/me -H 'Origin: https://evil.example'
header_is Access-Control-Allow-Origin ''

# --- a member: who one is says the token, and nothing else

user=nora-$run
call 'without a token' 401 GET /api/users/me -H "Origin: $member_app"
refused_with MISSING_AUTHORIZATION
header_is Access-Control-Allow-Origin "$member_app"
token=$(token '')
signed 'with one' 200 GET /api/users/me -H 'X-User-Id: somebody-else'
member_is user_id "$user"
header_is X-RateLimit-Limit 200
signed 'the catalogue, as a member' 200 GET "$tracks" -H 'Accept-Version: 2'
header_is X-Cache hit
header_is X-RateLimit-Limit 200

# --- music by AI

song='{"prompt":"rain on tin","style":"folk","seconds":60}'
call 'without a token' 401 POST /api/ai/generate -H "$json" --data-binary "$song"
signed 'no such style' 422 POST /api/ai/generate -H "$json" --data-binary '{"prompt":"rain on tin","style":"polka"}'
refused_with VALIDATION_FAILED
member_is pointer /style
signed 'a song' 202 POST /api/ai/generate -H "$json" --data-binary "$song"
header_is X-RateLimit-Limit 20
job=$(member job_id)
signed 'it is done' 200 GET "/api/ai/jobs/$job"
member_is status 'done'
track=$(member track_id)
[ -n "$track" ] || fail 'no track_id'
signed 'ideas' 200 GET /api/ai/ideas
body_has 'a waltz'
header_is X-Fallback ''

# --- the library: versions by path

signed 'the new way' 200 GET /api/v2/music/tracks
member_is title 'rain on tin'
body_has '"items"'
header_is Deprecation ''
signed 'the old way' 200 GET /api/v1/music/tracks
body_has "\"tracks\":[{\"track_id\":\"$track\""
header_is Deprecation '@1780272000'
header_is Link '</api/v2/music/tracks>; rel="successor-version"'
signed 'the old way is only read' 405 POST /api/v1/music/tracks
refused_with METHOD_NOT_ALLOWED
signed 'no third way' 404 GET /api/v3/music/tracks
refused_with NOT_FOUND

# --- GraphQL goes through, octet by octet, both ways

printf '{ "query":"query Found {\\n  tracks { title } }",\t"variables": {"run":"%s", "like":"\\u00e9té"} }\n' "$run" >"$answers/query"
printf '{"data":  {"tracks": [{"title": "Rain on\\u0020Tin"}]}}' >"$answers/found"
call 'without a token' 401 POST /graphql -H "$json" --data-binary "@$answers/query"
signed 'a query' 200 POST /graphql -H "$json" --data-binary "@$answers/query"
header_is Content-Type 'application/graphql-response+json*'
cmp -s "$answers/found" "$answers/body" || fail 'another body than the service gave'
curl -sS --fail-with-body "$url/_local/upstreams/catalog/requests" |
  grep -qF "\"body_base64\":\"$(base64 <"$answers/query" | tr -d '\n')\"" || fail 'the service got another body'
signed 'not as GraphQL' 415 POST /graphql -H 'Content-Type: text/plain' --data-binary 'query'

# --- admins, and who is none

for asked in 'GET /api/admin/users' "DELETE /api/admin/tracks/$track" 'GET /api/v1/health/detailed'; do
  call 'nobody' 401 "${asked% *}" "${asked#* }"
  signed 'a member' 403 "${asked% *}" "${asked#* }" -H "Origin: $admin_app"
  refused_with ACCESS_DENIED
done
nora=$token user=ada-$run
admin=$(token gateway:admin --role admin)
token=$admin
signed 'members' 200 GET /api/admin/users -H "Origin: $admin_app"
body_has "\"nora-$run\""
header_is Access-Control-Allow-Origin "$admin_app"
signed 'an admin is not its author' 404 GET "/api/ai/jobs/$job"
member_is code JOB_NOT_FOUND
signed 'a track is taken down' 204 DELETE "/api/admin/tracks/$track"
token=$nora
signed 'it is gone' 200 GET /api/v2/music/tracks
body_lacks "$track"

# --- the AI fails: left alone after three failures, a page looks right without it, the others go on

curl -sS --fail-with-body -X PUT "$url/_local/upstreams/ai/behaviour" --data-binary '{"status":500,"times":3}' >/dev/null
for n in 1 2 3; do
  signed "failure $n" 500 POST /api/ai/generate -H "$json" --data-binary "$song"
done
signed 'the fourth is not sent' 503 POST /api/ai/generate -H "$json" --data-binary "$song"
refused_with CIRCUIT_OPEN
header_is Retry-After '[1-9]*'
signed 'no ideas' 200 GET /api/ai/ideas
header_is X-Fallback circuit-open
body_has '{"ideas": []}'
signed 'music is there' 200 GET /api/v2/music/tracks
call 'an admin sees it' 200 GET /api/v1/health/detailed -H "Authorization: Bearer $admin"
body_has '"ai":{"status":"up"'
body_has '"state":"open"'
circuit closed
circuit auto
signed 'it works again' 202 POST /api/ai/generate -H "$json" --data-binary "$song"

# --- 20 songs a minute: another member has a count of its own

user=max-$run
token=$(token '')
n=0
while
  n=$((n + 1))
  code=$(curl -sS -o "$answers/body" -D "$answers/head" -w '%{http_code}' -H "Authorization: Bearer $token" \
    -H "$json" --data-binary "$song" "$url/api/ai/generate")
  [ "$code" = 202 ] && [ "$n" -lt 23 ]
do :; done
name="song $n" method=POST path=/api/ai/generate
# A count of the last minute fades: one or two more on a machine that takes seconds for twenty calls.
[ "$code $((n >= 21))" = '429 1' ] || fail "answered $code (expected: 429 from the 21st on)"
printf '%s  %-7s %s  (%s)\n' "$code" "$method" "$path" "$name"
refused_with RATE_LIMITED
member_is limit strict
header_is X-RateLimit-Remaining 0
header_is Retry-After '[1-9]*'
signed 'listening is not strict' 200 GET /api/v2/music/tracks

echo "the journey is done: all answers were as expected"
