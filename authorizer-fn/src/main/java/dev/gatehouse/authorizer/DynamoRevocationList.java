package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Revocation.Target;
import dev.gatehouse.identity.AccessIds;
import java.time.Instant;
import java.util.Optional;

/** Revocations in the access table, under {@code revoked:ID}. */
record DynamoRevocationList(AccessTable table) implements RevocationList {
  @Override
  public Stored<Boolean> put(Revocation revocation) {
    return table.call(
        rows -> {
          rows.putItem(row(revocation));
          return true;
        });
  }

  @Override
  public Stored<Optional<Revocation>> lift(String id) {
    return table.call(
        rows ->
            Optional.ofNullable(rows.deleteItem(AccessTable.key(AccessIds.REVOKED + id)))
                .map(DynamoRevocationList::revocation));
  }

  @Override
  public Stored<Page<Revocation>> list(int most, Optional<String> after) {
    return table.list(AccessIds.REVOKED, most, after, DynamoRevocationList::revocation);
  }

  private static AccessRow row(Revocation revocation) {
    AccessRow row =
        new AccessRow(AccessIds.REVOKED + revocation.id())
            .put("reason", revocation.reason())
            .put("by", revocation.by())
            .put("createdAt", revocation.createdAt());
    switch (revocation.target()) {
      case Target.Token(String issuer, String jti) ->
          row.put("kind", "jti").put("issuer", issuer).put("value", jti);
      case Target.Subject(String issuer, String name) ->
          row.put("kind", "subject").put("issuer", issuer).put("value", name);
      case Target.Key(String id) -> row.put("kind", "key").put("value", id);
    }
    revocation.issuedBefore().ifPresent(bound -> row.put("issuedBefore", bound));
    revocation.expiresAt().ifPresent(end -> row.put("expiresAt", end));
    return row;
  }

  private static Revocation revocation(AccessRow row) {
    String issuer = row.text("issuer").orElse("");
    String value = row.text("value").orElse("");
    Target target =
        switch (row.text("kind").orElse("")) {
          case "jti" -> new Target.Token(issuer, value);
          case "subject" -> new Target.Subject(issuer, value);
          default -> new Target.Key(value);
        };
    return new Revocation(
        target,
        row.time("issuedBefore"),
        row.text("reason").orElse(""),
        row.text("by").orElse(""),
        row.time("createdAt").orElse(Instant.EPOCH),
        row.time("expiresAt"));
  }
}
