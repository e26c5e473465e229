package dev.gatehouse.localstack.api;

import java.util.List;
import java.util.Locale;

/**
 * The media types that an API treats as binary. Source: API Gateway Developer Guide, "Working with
 * binary media types for REST APIs". Of an Accept header only the first media type counts
 * ("Important notes for REST APIs").
 */
record BinaryMediaTypes(List<String> types) {

  BinaryMediaTypes {
    types = types.stream().map(type -> type.toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * Whether a Content-Type or Accept header names binary content.
   *
   * @param header empty: none was sent; only <code>*&#47;*</code> holds then
   */
  boolean include(String header) {
    if (types.contains("*/*")) {
      return true;
    }
    var first = mediaType(header);
    return types.contains(first);
  }

  /** The first media type of a header, without parameters, in lower case. */
  static String mediaType(String header) {
    return header.split("[,;]", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}
