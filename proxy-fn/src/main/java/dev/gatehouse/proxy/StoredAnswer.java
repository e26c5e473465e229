package dev.gatehouse.proxy;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** An answer as it is kept. */
record StoredAnswer(GatewayResponse response, Freshness freshness) {
  /**
   * The longest that is kept, compressed: what a flush may carry beside the limits within their 25
   * ms (docs/decisions.md).
   */
  static final int LONGEST = 256 * 1024;

  /** Below it compression costs more than it saves (docs/decisions.md). */
  private static final int WORTH_COMPRESSING = 2 * 1024;

  private static final int FORM = 1;

  /** Its octets; empty when there are too many. */
  Optional<byte[]> encoded() {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(response.body().length / 2 + 512);
    try (DataOutputStream out = new DataOutputStream(octets)) {
      out.writeByte(FORM);
      write(out, freshness);
      out.writeShort(response.status());
      out.writeShort(response.headers().fields().size());
      for (Headers.Field field : response.headers().fields()) {
        out.writeUTF(field.name());
        out.writeUTF(field.value());
      }
      writeBody(out);
    } catch (IOException e) {
      return Optional.empty(); // A field longer than 64 KB.
    }
    return Optional.of(octets.toByteArray()).filter(all -> all.length <= LONGEST);
  }

  private static void write(DataOutputStream out, Freshness freshness) throws IOException {
    out.writeLong(freshness.lifetime().toMillis());
    out.writeLong(freshness.initialAge().toMillis());
    out.writeLong(freshness.staleIfError().toMillis());
    out.writeLong(freshness.staleWhileRevalidate().toMillis());
    out.writeBoolean(freshness.mustRevalidate());
  }

  private void writeBody(DataOutputStream out) throws IOException {
    byte[] body = response.body();
    boolean compress =
        body.length >= WORTH_COMPRESSING && !response.headers().has("Content-Encoding");
    out.writeBoolean(compress);
    out.writeInt(body.length);
    if (compress) {
      deflate(body, out);
    } else {
      out.write(body);
    }
  }

  private static void deflate(byte[] body, OutputStream out) throws IOException {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      DeflaterOutputStream compressed = new DeflaterOutputStream(out, deflater, 8192);
      compressed.write(body);
      compressed.finish();
    } finally {
      deflater.end();
    }
  }

  /**
   * Reads octets that {@link #encoded} wrote; empty for those of another version of the function.
   */
  static Optional<StoredAnswer> decoded(byte[] octets) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets))) {
      if (in.readByte() != FORM) {
        return Optional.empty();
      }
      Freshness freshness = readFreshness(in);
      int status = in.readShort();
      Headers.Builder fields = Headers.builder();
      for (int left = in.readShort(); left > 0; left--) {
        fields.add(in.readUTF(), in.readUTF());
      }
      return Optional.of(
          new StoredAnswer(new GatewayResponse(status, fields.build(), readBody(in)), freshness));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Freshness readFreshness(DataInputStream in) throws IOException {
    return new Freshness(
        Duration.ofMillis(in.readLong()),
        Duration.ofMillis(in.readLong()),
        Duration.ofMillis(in.readLong()),
        Duration.ofMillis(in.readLong()),
        in.readBoolean());
  }

  private static byte[] readBody(DataInputStream in) throws IOException {
    boolean compressed = in.readBoolean();
    int length = in.readInt();
    if (length < 0 || length > UpstreamMessages.LONGEST_BODY) {
      throw new IOException("a body of " + length + " octets (expected: one that was kept)");
    }
    byte[] body = new byte[length];
    if (compressed) {
      Inflater inflater = new Inflater(true);
      try {
        new DataInputStream(new InflaterInputStream(in, inflater, 8192)).readFully(body);
      } finally {
        inflater.end();
      }
    } else {
      in.readFully(body);
    }
    return body;
  }

  /** An answer that has been kept for a while. */
  record Aged(StoredAnswer answer, Duration resident) {
    /** Its age (RFC 9111 section 4.2.3). */
    Duration age() {
      return answer.freshness().initialAge().plus(resident);
    }

    boolean fresh() {
      return answer.freshness().fresh(age());
    }

    boolean servesErrors() {
      return answer.freshness().servesErrors(age());
    }

    boolean servesWhileRevalidated() {
      return answer.freshness().servesWhileRevalidated(age());
    }

    GatewayResponse response() {
      return answer.response();
    }
  }
}
