package dev.gatehouse.config;

/** What serves the requests of a {@link Match}. */
public interface Matched {
  Match match();
}
