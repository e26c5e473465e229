package dev.gatehouse.config;

import static dev.gatehouse.config.Form.Key.optional;

import dev.gatehouse.config.Form.Either;
import dev.gatehouse.config.Form.Items;
import dev.gatehouse.config.Form.Keys;
import dev.gatehouse.config.Form.Text;
import dev.gatehouse.config.Form.Words;

/** The description of {@link Allow} in gateway.yaml. */
final class AllowForm {
  private static final Form SCOPES = new Items(new Text(Notation.SCOPE), 1);

  static final Form ALLOW =
      new Either(
          new Words("public", "optional", "jwt", "apiKey", "jwt-or-apiKey"),
          new Keys(
              "Who may use a route.",
              optional("scopes", SCOPES, "Scopes that the caller needs, all of them."),
              optional("anyScope", SCOPES, "Scopes of which the caller needs one."),
              optional("roles", SCOPES, "Roles that the caller needs, all of them."),
              optional("anyRole", SCOPES, "Roles of which the caller needs one."),
              optional(
                  "by",
                  new Words("jwt", "apiKey", "jwt-or-apiKey"),
                  "Accepted credentials; jwt unless set."),
              optional("signature", new Words("stripe"), "Senders that sign the body."),
              optional(
                  "secret",
                  new Text(Notation.SECRET),
                  "The Secrets Manager name of the signing secret.")));

  private AllowForm() {}
}
