package dev.gatehouse.idempotency;

import dev.gatehouse.dynamo.AwsSettings;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.dynamo.RealDynamo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The protocol on DynamoDB Local. */
final class DynamoLedgerIT extends LedgerContract {
  private static RealDynamo server;
  private static AwsSettings settings;
  private static Dynamo dynamo;
  private static LedgerStore store;

  @BeforeAll
  static void start() {
    server = RealDynamo.start();
    server.createLedger("Ledger");
    settings = server.settings();
    dynamo = new Dynamo();
    store = new DynamoLedger(dynamo, "Ledger");
  }

  @AfterAll
  static void stop() {
    dynamo.close();
    settings.close();
    server.close();
  }

  @Override
  LedgerStore store() {
    return store;
  }
}
