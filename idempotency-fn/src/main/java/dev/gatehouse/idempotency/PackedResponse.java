package dev.gatehouse.idempotency;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * An answer as octets: one octet says how the rest is packed (0 as it is, 1 gzip, RFC 1952), then
 * status, fields and body, each length-prefixed.
 *
 * <p>Small answers are not compressed: gzip's own 18 octets and the time would not pay.
 */
final class PackedResponse {
  /**
   * An item is 400 KB at most
   * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html); the rest
   * is for the item's other attributes.
   */
  static final int LONGEST_PIECE = 350 * 1024;

  private static final int PLAIN = 0;
  private static final int GZIP = 1;
  private static final int WORTH_COMPRESSING = 1024;

  private PackedResponse() {}

  static byte[] pack(GatewayResponse response) {
    try {
      ByteArrayOutputStream octets = new ByteArrayOutputStream(response.body().length + 512);
      if (response.body().length < WORTH_COMPRESSING) {
        octets.write(PLAIN);
        write(response, new DataOutputStream(octets));
      } else {
        octets.write(GZIP);
        try (DataOutputStream data = new DataOutputStream(new GZIPOutputStream(octets, 8192))) {
          write(response, data);
        }
      }
      return octets.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The answer again.
   *
   * @throws IOException when the octets are not a whole packed answer
   */
  static GatewayResponse unpack(byte[] packed) throws IOException {
    ByteArrayInputStream octets = new ByteArrayInputStream(packed);
    int kind = octets.read();
    return switch (kind) {
      case PLAIN -> read(new DataInputStream(octets));
      case GZIP -> {
        try (DataInputStream data = new DataInputStream(new GZIPInputStream(octets, 8192))) {
          yield read(data);
        }
      }
      default -> throw new IOException("packing " + kind + " (expected: 0 or 1)");
    };
  }

  /** The pieces that fit an item each. */
  static List<byte[]> pieces(byte[] packed) {
    List<byte[]> pieces = new ArrayList<>();
    for (int from = 0; from < packed.length; from += LONGEST_PIECE) {
      pieces.add(Arrays.copyOfRange(packed, from, Math.min(packed.length, from + LONGEST_PIECE)));
    }
    return pieces;
  }

  static byte[] join(List<byte[]> pieces) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    pieces.forEach(packed::writeBytes);
    return packed.toByteArray();
  }

  private static void write(GatewayResponse response, DataOutputStream data) throws IOException {
    data.writeInt(response.status());
    List<Headers.Field> fields = response.headers().fields();
    data.writeInt(fields.size());
    for (Headers.Field field : fields) {
      write(field.name().getBytes(StandardCharsets.UTF_8), data);
      write(field.value().getBytes(StandardCharsets.UTF_8), data);
    }
    write(response.body(), data);
  }

  private static void write(byte[] value, DataOutputStream data) throws IOException {
    data.writeInt(value.length);
    data.write(value);
  }

  private static GatewayResponse read(DataInputStream data) throws IOException {
    int status = data.readInt();
    int count = data.readInt();
    Headers.Builder fields = Headers.builder();
    for (int i = 0; i < count; i++) {
      String name = new String(value(data), StandardCharsets.UTF_8);
      fields.add(name, new String(value(data), StandardCharsets.UTF_8));
    }
    byte[] body = value(data);
    if (data.read() >= 0) {
      throw new IOException("octets after the body (expected: none)");
    }
    return new GatewayResponse(status, fields.build(), body);
  }

  private static byte[] value(DataInputStream data) throws IOException {
    int length = data.readInt();
    byte[] value = data.readNBytes(length);
    if (value.length < length) {
      throw new IOException(value.length + " octets (expected: " + length + ")");
    }
    return value;
  }
}
