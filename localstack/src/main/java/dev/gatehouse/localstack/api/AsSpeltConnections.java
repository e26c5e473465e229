package dev.gatehouse.localstack.api;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 connections that keep how a client spelt the names of its headers. Jetty 12.1.14 puts
 * well-known names into their usual case even where {@link
 * HttpCompliance.Violation#CASE_SENSITIVE_FIELD_NAME} is allowed ({@code HttpParser}, entries of
 * its cache without a value); here the name is taken from the bytes that were just parsed. A header
 * line that is split over two reads keeps Jetty's spelling.
 */
final class AsSpeltConnections extends HttpConnectionFactory {

  AsSpeltConnections(HttpConfiguration configuration) {
    super(configuration);
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    return configure(new AsSpelt(getHttpConfiguration(), connector, endPoint), connector, endPoint);
  }

  private static final class AsSpelt extends HttpConnection {

    // Both are set while the constructor of HttpConnection runs: no initializers here.
    private @Nullable ByteBuffer parsing;
    private @Nullable RequestHandler handler;

    AsSpelt(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
      super(configuration, connector, endPoint);
    }

    @Override
    protected HttpParser newHttpParser(HttpCompliance compliance) {
      return new HttpParser(
          newRequestHandler(), getHttpConfiguration().getRequestHeaderSize(), compliance) {
        @Override
        protected boolean parseFields(ByteBuffer buffer) {
          parsing = buffer;
          return super.parseFields(buffer);
        }
      };
    }

    @Override
    protected RequestHandler newRequestHandler() {
      var existing = handler; // the parser's handler must be the connection's own
      if (existing != null) {
        return existing;
      }
      var made =
          new RequestHandler() {
            @Override
            public void parsedHeader(HttpField field) {
              super.parsedHeader(asSpelt(field));
            }
          };
      handler = made;
      return made;
    }

    private HttpField asSpelt(HttpField field) {
      var bytes = parsing;
      if (field.getHeader() == null || bytes == null) {
        return field;
      }
      var name = field.getName();
      var spelt = lastLineNamed(name, bytes);
      if (spelt.equals(name)) {
        return field;
      }
      return field instanceof HostPortHttpField host
          ? new HostPortHttpField(HttpHeader.HOST, spelt, host.getHostPort())
          : new HttpField(field.getHeader(), spelt, field.getValue());
    }

    /** The name as it stands in the last line before the buffer's position that has it. */
    private static String lastLineNamed(String name, ByteBuffer bytes) {
      for (int colon = bytes.position() - 1; colon > name.length(); colon--) {
        if (bytes.get(colon) == ':' && bytes.get(colon - name.length() - 1) == '\n') {
          var spelt = new StringBuilder(name.length());
          for (int i = colon - name.length(); i < colon; i++) {
            spelt.append((char) bytes.get(i));
          }
          if (spelt.toString().equalsIgnoreCase(name)) {
            return spelt.toString();
          }
        }
      }
      return name;
    }
  }
}
