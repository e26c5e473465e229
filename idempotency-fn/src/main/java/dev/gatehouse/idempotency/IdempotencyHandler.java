package dev.gatehouse.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.OwnEndpoint.Owner;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.http.CorsPolicy;
import dev.gatehouse.http.Endpoints;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Gate;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.lifecycle.Lifecycle;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.RequestLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The Lambda function of the ledger for everyone who is not the proxy: callers who ask for their
 * outcome, operators, and workloads that invoke it directly.
 */
public final class IdempotencyHandler implements RequestStreamHandler {
  private final FrontDoor door;
  private final DirectInvocation direct;

  /** Held because the runtime knows it only weakly. */
  @SuppressWarnings("unused")
  private final Lifecycle lifecycle;

  /** Composes the function from its environment and its configuration layer. */
  public IdempotencyHandler() {
    this(Gateway.fromClassPath(), System.getenv(), new Dynamo(), InstantSource.system());
  }

  private IdempotencyHandler(
      Gateway gateway, Map<String, String> environment, Dynamo dynamo, InstantSource clock) {
    this(
        gateway,
        new Ledger(dynamo, environment.getOrDefault("LEDGER_TABLE", ""), clock),
        Revocations.in(dynamo, environment, clock),
        clock,
        dynamo);
  }

  IdempotencyHandler(
      Gateway gateway,
      Ledger ledger,
      Revocations revocations,
      InstantSource clock,
      Participant... participants) {
    CorsPolicy cors = new CorsPolicy(gateway.cors());
    Gate gate = new Gate(cors, clock, revocations);
    LedgerPages pages = new LedgerPages(ledger, new Records(gateway), clock);
    door =
        new FrontDoor(
            gateway,
            cors,
            new Endpoints(gateway, Owner.IDEMPOTENCY, pages.contents(), gate),
            new GatewayMetrics());
    direct = new DirectInvocation(ledger);
    lifecycle =
        Lifecycle.register(
            Stream.concat(Stream.of(ledger, revocations), Stream.of(participants))
                .toArray(Participant[]::new));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    byte[] event = input.readAllBytes();
    if (DirectInvocation.is(event)) {
      RequestLog log = RequestLog.begin(context);
      output.write(direct.answer(event).getBytes(UTF_8));
      log.put("request_id", context.getAwsRequestId()).write("invocation_completed");
    } else {
      door.serve(new ByteArrayInputStream(event), output, context);
    }
  }
}
