package dev.gatehouse.proxy;

import dev.gatehouse.config.Messages.FieldChanges;
import dev.gatehouse.config.ReservedFields;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;

/** A route's changes of fields; names are taken away in any spelling. */
final class FieldTransforms {
  private FieldTransforms() {}

  static void change(FieldChanges changes, Headers.Builder fields) {
    if (changes.none()) {
      return;
    }
    changes.remove().forEach(name -> remove(fields, name));
    changes
        .set()
        .forEach(
            (name, value) -> {
              remove(fields, name);
              fields.add(name, value);
            });
    changes.add().forEach(fields::add);
  }

  static GatewayResponse changed(FieldChanges changes, GatewayResponse answer) {
    if (changes.none()) {
      return answer;
    }
    Headers.Builder fields = answer.headers().toBuilder();
    change(changes, fields);
    return answer.withHeaders(fields.build());
  }

  private static void remove(Headers.Builder fields, String name) {
    String canonical = ReservedFields.canonical(name);
    fields.removeIf(other -> ReservedFields.canonical(other).equals(canonical));
  }
}
