package dev.gatehouse.config;

import static dev.gatehouse.config.Form.Key.optional;
import static dev.gatehouse.config.Form.Key.required;

import dev.gatehouse.config.Form.Items;
import dev.gatehouse.config.Form.Keys;
import dev.gatehouse.config.Form.Named;
import dev.gatehouse.config.Form.Text;
import dev.gatehouse.config.Form.Whole;

/** The description of what a route asks of messages and does to them. */
final class MessagesForm {
  private static final Form FILE = new Text(Notation.FILE_BELOW);
  private static final Form FIELDS =
      new Named("values of header fields", new Text(Notation.FIELD_VALUE));

  static final Keys ACCEPTS =
      new Keys(
          "Bodies that are accepted.",
          optional(
              "types",
              new Items(new Text(Notation.MEDIA_TYPE), 1),
              "Media types; any unless set, application/json beside a schema."),
          optional(
              "maxBody",
              new Text(Notation.SIZE),
              "The longest body; 6MB unless set, 64KB (at most 1MB) beside a schema."),
          optional("schema", FILE, "A JSON Schema, a file below the folder of this one."));

  static final Keys FALLBACK =
      new Keys(
              "An answer to GET and HEAD where the service has none.",
              optional("status", new Whole(200, 599), "Its status; 200 unless set."),
              required("type", new Text(Notation.MEDIA_TYPE), "Its media type."),
              optional("body", new Text(Notation.ANY_TEXT), "Its text."),
              optional("file", FILE, "The file that holds it, below the folder of this one."))
          .oneOf("body", "file");

  static final Keys CHANGES =
      new Keys(
          "Changes of messages.",
          required(
              "headers",
              new Keys(
                  "Changes of header fields.",
                  optional("remove", new Items(new Text(Notation.HEADER), 1), "Taken away, first."),
                  optional("set", FIELDS, "Put in place of all of this name."),
                  optional("add", FIELDS, "Added to those of this name.")),
              "Changes of header fields."));

  private MessagesForm() {}
}
