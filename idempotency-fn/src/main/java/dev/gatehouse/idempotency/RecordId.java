package dev.gatehouse.idempotency;

/**
 * The name of one record: a hash of whose it is, which route it is for, and the key. The key itself
 * is not stored.
 */
public record RecordId(String text) {

  /**
   * The record of a request.
   *
   * @param route the route's pattern as gateway.yaml names it
   */
  public static RecordId of(Claimant claimant, String method, String route, IdempotencyKey key) {
    return new RecordId(
        new Digest("gatehouse-record-1")
            .add(claimant.kind().word())
            .add(claimant.realm())
            .add(claimant.subject())
            .add(method)
            .add(route)
            .add(key.text())
            .text());
  }

  /** The record of a workload's own operation, which no HTTP request can name. */
  public static RecordId of(String scope, IdempotencyKey key) {
    return of(Claimant.workload(scope), "", "", key);
  }
}
