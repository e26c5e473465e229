package dev.gatehouse.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that gateway.yaml names, as far as this version reads them: that they are there, and
 * that they are what they are meant to be.
 */
final class Attachments {
  /** A fallback is held in memory and in the snapshot of a function. */
  private static final int LONGEST_FALLBACK = 256 * 1024;

  private final Path folder;
  private final Faults faults;
  private final Faults notes;

  /**
   * @param folder of gateway.yaml
   * @param notes what is no fault, and worth a look
   */
  Attachments(Path folder, Faults faults, Faults notes) {
    this.folder = folder;
    this.faults = faults;
    this.notes = notes;
  }

  void check(Cursor root) {
    for (Cursor route : root.items("routes")) {
      named(route, "accepts", "schema")
          .ifPresent(
              place ->
                  text(place, Document.LARGEST)
                      .ifPresent(text -> new SchemaFile(place, faults).check(text)));
      named(route, "fallback", "file").ifPresent(place -> text(place, LONGEST_FALLBACK));
    }
    root.entries("services").forEach((name, service) -> service(root, name, service));
  }

  private void service(Cursor root, String name, Cursor service) {
    Optional<Cursor> place = service.at("openapi").filter(Attachments::isWritten);
    place
        .flatMap(file -> text(file, Document.LARGEST))
        .flatMap(text -> OpenApi.read(place.orElseThrow(), text, faults))
        .ifPresent(api -> api.compare(root, name, service, faults, notes));
  }

  private static Optional<Cursor> named(Cursor route, String key, String file) {
    return route.at(key).flatMap(place -> place.at(file)).filter(Attachments::isWritten);
  }

  private static boolean isWritten(Cursor place) {
    return place
        .text()
        .filter(text -> Notation.FILE_BELOW.refusal().apply(text).isEmpty())
        .isPresent();
  }

  private Optional<String> text(Cursor place, int longest) {
    Path file = folder.resolve(place.text().orElseThrow());
    try {
      if (!Files.isRegularFile(file)) {
        faults.at(place, "a file that is there: " + file);
        return Optional.empty();
      }
      if (Files.size(file) > longest) {
        faults.at(place, "a file of at most " + longest + " octets");
        return Optional.empty();
      }
      ByteBuffer octets = ByteBuffer.wrap(Files.readAllBytes(file));
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(octets).toString());
    } catch (CharacterCodingException e) {
      faults.at(place, "a text in UTF-8");
    } catch (IOException e) {
      faults.at(place, "a file that can be read: " + file);
    }
    return Optional.empty();
  }
}
