package dev.gatehouse.localstack.machine;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** A handler that reads a request whole and answers it in one piece. */
public final class Endpoint extends Handler.Abstract {

  /** What an endpoint does. */
  @FunctionalInterface
  public interface Answer {
    Reply answer(Request request, byte[] body) throws Exception;
  }

  private final Answer answer;

  public Endpoint(Answer answer) {
    this.answer = answer;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    byte[] body = BufferUtil.toArray(Content.Source.asByteBuffer(request));
    Reply reply = answer.answer(request, body);
    response.setStatus(reply.status());
    reply.headers().forEach(response.getHeaders()::put);
    response.write(true, ByteBuffer.wrap(reply.body()), callback);
    return true;
  }
}
