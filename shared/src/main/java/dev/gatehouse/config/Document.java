package dev.gatehouse.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.ComposerException;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * A YAML 1.2 document as nodes that know their place. Size, depth and aliases are bounded, so that
 * no text takes long: a gateway of 300 routes, API Gateway's quota, is about 60 KB.
 */
sealed interface Document {
  /** Characters of the largest file. */
  int LARGEST = 512 * 1024;

  /** A document. */
  record Tree(Cursor root) implements Document {}

  /** A text that is no such document. */
  record Broken(Fault fault) implements Document {}

  static Document parse(String source) {
    if (source.length() > LARGEST) {
      String expected = "a file of at most " + LARGEST + " characters";
      return new Broken(new Fault(1, "", source.length() + " characters", expected));
    }
    try {
      return new BoundedComposer(source)
          .getSingleNode()
          .<Document>map(node -> new Tree(new Cursor(node, "")))
          .orElseGet(() -> broken(source, 1, "an empty file", "a gateway with name and routes"));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().or(e::getContextMark).map(Mark::getLine).orElse(0) + 1;
      return broken(source, line, "broken YAML: " + e.getProblem(), "YAML 1.2");
    } catch (ReaderException e) {
      int line = lineAt(source, e.getPosition());
      String found = "character U+%04X".formatted(e.getCodePoint());
      return broken(source, line, found, "printable characters");
    } catch (YamlEngineException e) {
      return broken(source, 1, "broken YAML: " + e.getMessage(), "YAML 1.2");
    }
  }

  private static Document broken(String source, int line, String found, String expected) {
    int last = Math.max(1, (int) source.lines().count());
    String oneLine = found.replaceAll("\\s+", " ");
    return new Broken(new Fault(Math.min(line, last), "", oneLine, expected));
  }

  /** The line of this code point, 1-based. */
  private static int lineAt(String source, int codePoint) {
    return 1 + (int) source.codePoints().limit(codePoint).filter(c -> c == '\n').count();
  }

  /** A composer that refuses deep nesting before it runs out of stack. */
  final class BoundedComposer extends Composer {
    private static final int DEEPEST = 32;
    private static final int MOST_ALIASES = 50;
    private static final LoadSettings SETTINGS =
        LoadSettings.builder()
            .setLabel("gateway.yaml")
            .setAllowNonScalarKeys(true)
            .setCodePointLimit(LARGEST)
            .setMaxAliasesForCollections(MOST_ALIASES)
            .build();

    private int depth;

    BoundedComposer(String source) {
      super(SETTINGS, new ParserImpl(SETTINGS, new StreamReader(SETTINGS, source)));
    }

    @Override
    protected SequenceNode composeSequenceNode(Optional<Anchor> anchor) {
      enter();
      SequenceNode node = super.composeSequenceNode(anchor);
      depth--;
      return node;
    }

    @Override
    protected Node composeMappingNode(Optional<Anchor> anchor) {
      enter();
      Node node = super.composeMappingNode(anchor);
      depth--;
      return node;
    }

    private void enter() {
      if (++depth > DEEPEST) {
        Optional<Mark> here = parser.peekEvent().getStartMark();
        throw new ComposerException("nested more than " + DEEPEST + " deep", here);
      }
    }
  }
}
