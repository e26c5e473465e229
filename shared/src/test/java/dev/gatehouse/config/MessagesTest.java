package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MessagesTest {
  @Test
  void theyAreRead() {
    Messages messages =
        read(
            "POST /a",
            "accepts: {types: [Application/JSON], maxBody: 2KB, schema: a/b.json},"
                + " request: {headers: {remove: [X-A], set: {X-B: b c}, add: {X-C: '1'}}}");
    assertThat(messages.accepts())
        .contains(new Messages.Accepts(List.of("application/json"), 2048, Optional.of("a/b.json")));
    assertThat(messages.request())
        .isEqualTo(
            new Messages.FieldChanges(List.of("X-A"), Map.of("X-B", "b c"), Map.of("X-C", "1")));
    assertThat(messages.response().none()).isTrue();
    assertThat(read("GET /a", "fallback: {type: text/plain, body: ''}").fallback())
        .contains(new Messages.Fallback(200, "text/plain", Optional.of(""), Optional.empty()));
    assertThat(read("POST /a", "accepts: {schema: a.json}").accepts())
        .contains(new Messages.Accepts(List.of("application/json"), 65536, Optional.of("a.json")));
    assertThat(read("POST /a", "accepts: {types: [text/csv]}").accepts().orElseThrow().maxBody())
        .isEqualTo(Messages.Accepts.LONGEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST | accepts: {} | accepts | types, maxBody or schema
          GET | accepts: {maxBody: 1KB} | accepts | whose requests have bodies
          POST | accepts: {maxBody: 7MB} | accepts.maxBody | a size from 1B to 6MB
          POST | accepts: {maxBody: 64} | accepts.maxBody | a size from 1B to 6MB
          POST | accepts: {maxBody: 2MB, schema: a.json} | accepts.maxBody | at most 1MB
          POST | accepts: {schema: ../a.json} | accepts.schema | a file below
          POST | accepts: {schema: /a.json} | accepts.schema | a file below
          POST | accepts: {schema: a/.b} | accepts.schema | a file below
          POST | accepts: {types: [text/csv], schema: a.json} | accepts.types[0] | a JSON type
          POST | accepts: {types: [json]} | accepts.types[0] | a media type
          POST | fallback: {type: a/b, body: x} | fallback | GET, HEAD and ANY
          GET | fallback: {type: a/b} | fallback | one of body, file
          GET | fallback: {type: a/b, body: x, file: y} | fallback | one of body, file
          GET | fallback: {status: 100, type: a/b, body: x} | fallback.status | from 200 to 599
          GET | request: {headers: {}} | request.headers | remove, set or add
          GET | request: {headers: {set: {X-User-Id: a}}} | request.headers.set.X-User-Id | gateway's own
          GET | request: {headers: {add: {x_auth_kind: a}}} | request.headers.add.x_auth_kind | gateway's own
          GET | request: {headers: {set: {Forwarded: a}}} | request.headers.set.Forwarded | gateway's own
          GET | request: {headers: {set: {X-API-Key: a}}} | request.headers.set.X-API-Key | a credential
          GET | request: {headers: {set: {Authorization: a}}} | request.headers.set.Authorization | a credential
          GET | request: {headers: {remove: [Connection]}} | request.headers.remove[0] | the connection's own
          GET | request: {headers: {set: {Host: a}}} | request.headers.set.Host | gateway's own
          GET | request: {headers: {set: {X-A: ' a'}}} | request.headers.set.X-A | a field's value
          GET | request: {headers: {set: {X-A: "a\\r\\nX-B: b"}}} | request.headers.set.X-A | a field's value
          GET | response: {headers: {set: {Access-Control-Allow-Origin: a}}} | response.headers.set.Access-Control-Allow-Origin | gateway's own
          GET | response: {headers: {remove: [X-Request-ID]}} | response.headers.remove[0] | gateway's own
          GET | response: {headers: {add: {Transfer-Encoding: a}}} | response.headers.add.Transfer-Encoding | the connection's own
          """)
  void aFault(String method, String setting, String path, String expected) {
    List<Fault> faults = Example.faults(route(method + " /a", setting));
    assertThat(faults).extracting(Fault::path).containsExactly("routes[0]." + path);
    assertThat(faults.getFirst().expected()).contains(expected);
  }

  @Test
  void aTokenMayBeKeptFromTheService() {
    assertThat(read("GET /a", "request: {headers: {remove: [Cookie]}}").request().remove())
        .containsExactly("Cookie");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          concurrency: 0 | services.s.concurrency | from 1 to 100000
          concurrency: {least: 1} | services.s.concurrency.most | from 1 to 100000
          concurrency: {most: 5, least: 6} | services.s.concurrency.least | at most as many
          concurrency: {most: 5, least: 2, latency: 1s} | services.s.concurrency.latency | a percentage
          concurrency: {most: 5, latency: 50%} | services.s.concurrency.latency | no latency without least
          zones: {euc1-az1: 10.0.0.0/8} | services.s.zones.euc1-az1 | a list
          zones: {euc1-az1: []} | services.s.zones.euc1-az1 | at least 1
          zones: {eu_1: [10.0.0.0/8]} | services.s.zones.eu_1 | availability zone
          zones: {euc1-az1: [10.0.0.1/8]} | services.s.zones.euc1-az1[0] | no bits behind its prefix
          rewriteRedirects: maybe | services.s.rewriteRedirects | true or false
          openapi: ../a.yaml | services.s.openapi | a file below
          """)
  void aFaultOfAService(String setting, String path, String expected) {
    List<Fault> faults =
        Example.faults(Example.with("services: {s: {url: http://s, " + setting + "}}"));
    assertThat(faults).extracting(Fault::path).containsExactly(path);
    assertThat(faults.getFirst().expected()).contains(expected);
  }

  private static String route(String match, String setting) {
    return Example.with("routes: [{match: " + match + ", to: s, allow: public, " + setting + "}]");
  }

  private static Messages read(String match, String setting) {
    return Example.gateway(route(match, setting)).routes().getFirst().messages();
  }
}
