package dev.gatehouse.localstack.dynamodb;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The main class: DynamoDB Local in memory, one database for all regions and credentials.
 *
 * <p>Prints its port as the only line on stdout and lives as long as its stdin stays open, so it
 * never outlives the process that started it.
 */
public final class LoopbackDynamo {
  private LoopbackDynamo() {}

  public static void main(String[] arguments) throws Exception {
    Server server = new Server();
    ServerConnector loopback = new ServerConnector(server);
    loopback.setHost("127.0.0.1");
    server.addConnector(loopback);
    server.setHandler(new LocalDynamoDBServerHandler(inMemory(), null));
    server.start();
    System.out.println(loopback.getLocalPort());
    while (System.in.read() >= 0) {
      // Nothing is ever sent; the end of the stream is the end of the parent.
    }
    Runtime.getRuntime().halt(0);
  }

  private static LocalDynamoDBRequestHandler inMemory() {
    boolean inMemory = true;
    boolean sharedDb = true;
    boolean delayTransientStatuses = false;
    return new LocalDynamoDBRequestHandler(0, inMemory, null, sharedDb, delayTransientStatuses);
  }
}
