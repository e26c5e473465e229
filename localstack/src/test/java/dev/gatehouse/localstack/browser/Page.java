package dev.gatehouse.localstack.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** What a person does in a browser's one tab, and what is to be seen in it. */
final class Page implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  /** The least contrast of each text with what is behind it (WCAG 2.2, 1.4.3). */
  private static final String CONTRAST =
      """
      const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
      const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const behind = (node) => {
        for (let at = node; at; at = at.parentElement) {
          const colour = rgb(getComputedStyle(at).backgroundColor);
          if (colour.length === 3 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
      };
      return [...document.querySelectorAll('main *')]
        .filter((node) => node.checkVisibility() && [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim()))
        .map((node) => [light(rgb(getComputedStyle(node).color)), light(behind(node)), node.textContent])
        .map(([a, b, text]) => [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), text])
        .filter(([ratio]) => ratio < 4.5);
      """;

  private final WebDriver driver;

  Page(WebDriver driver) {
    this.driver = driver;
  }

  void open(String address) throws Exception {
    driver.post("url", object().put("url", address));
  }

  void reload() throws Exception {
    driver.post("refresh", object());
  }

  String address() throws Exception {
    return driver.get("url").asText();
  }

  String title() throws Exception {
    return driver.get("title").asText();
  }

  /** The rendered text; empty for what is hidden. */
  String text(String selector) throws Exception {
    return driver.get("element/" + element(selector) + "/text").asText();
  }

  void click(String selector) throws Exception {
    driver.post("element/" + element(selector) + "/click", object());
  }

  /** To whatever has the focus. */
  void press(String key) throws Exception {
    ObjectNode keys = object();
    ObjectNode keyboard = keys.putArray("actions").addObject().put("type", "key").put("id", "k");
    keyboard.putArray("actions").addObject().put("type", "keyDown").put("value", key);
    keyboard.withArray("actions").addObject().put("type", "keyUp").put("value", key);
    driver.post("actions", keys);
  }

  JsonNode run(String script) throws Exception {
    ObjectNode call = object().put("script", script);
    call.putArray("args");
    return driver.post("execute/sync", call);
  }

  /** As a browser that was never here. */
  void forget() throws Exception {
    run("localStorage.clear()");
    driver.deleteCookies();
  }

  String focused() throws Exception {
    return run("return document.activeElement.id").asText();
  }

  /** What only Chromium knows (https://chromedevtools.github.io/devtools-protocol/). */
  JsonNode chrome(String command, ObjectNode parameters) throws Exception {
    ObjectNode call = object().put("cmd", command);
    call.set("params", parameters);
    return driver.post("goog/cdp/execute", call);
  }

  void connection(boolean online) throws Exception {
    ObjectNode conditions = object();
    conditions
        .putObject("network_conditions")
        .put("offline", !online)
        .put("latency", 0)
        .put("throughput", -1);
    driver.post("chromium/network_conditions", conditions);
  }

  /** Waits, with a bound, until a text is as it should be. */
  String until(String selector, Predicate<String> wanted) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String last = "";
    while (System.nanoTime() < end) {
      try {
        last = text(selector);
        if (wanted.test(last)) {
          return last;
        }
      } catch (IOException e) {
        last = String.valueOf(e.getMessage()); // between two documents
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new AssertionError(selector + ": \"" + last + "\" on " + address());
  }

  void until(String selector, String text) throws Exception {
    until(selector, text::equals);
  }

  /**
   * Takes a state's pictures and checks each: nothing sticks out to the side, and every text can be
   * read.
   */
  void pictures(String name) throws Exception {
    picture(name + "-desktop", 1000, 760, "light");
    picture(name + "-320", 320, 640, "light");
    picture(name + "-320-dark", 320, 640, "dark");
    picture(name + "-desktop-dark", 1000, 760, "dark");
    chrome("Emulation.clearDeviceMetricsOverride", object());
    media("");
  }

  private void picture(String name, int width, int height, String scheme) throws Exception {
    chrome(
        "Emulation.setDeviceMetricsOverride",
        object()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < 500));
    media(scheme);
    int content = run("return document.documentElement.scrollWidth").asInt();
    assertThat(content).as(name + ": width of what is to be seen").isLessThanOrEqualTo(width);
    assertThat(run(CONTRAST)).as(name + ": texts with too little contrast").isEmpty();
    Files.createDirectories(SCREENSHOTS);
    byte[] png = Base64.getDecoder().decode(driver.get("screenshot").asText());
    Files.write(SCREENSHOTS.resolve(name + ".png"), png);
  }

  private void media(String scheme) throws Exception {
    ObjectNode media = object();
    media.putArray("features").addObject().put("name", "prefers-color-scheme").put("value", scheme);
    chrome("Emulation.setEmulatedMedia", media);
  }

  /**
   * What the browser has complained of since the last time: scripts, policies, requests. That a
   * cold environment of a busy machine asks to be asked again (503) is nothing to complain of.
   */
  List<String> complaints() throws Exception {
    List<String> complaints = new ArrayList<>();
    driver
        .post("se/log", object().put("type", "browser"))
        .forEach(entry -> complaints.add(entry.path("message").asText()));
    complaints.removeIf(text -> text.contains("responded with a status of 503"));
    return complaints;
  }

  private String element(String selector) throws Exception {
    return driver
        .post("element", object().put("using", "css selector").put("value", selector))
        .elements()
        .next()
        .asText();
  }

  static ObjectNode object() {
    return WebDriver.JSON.createObjectNode();
  }

  @Override
  public void close() {
    try {
      driver.delete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
