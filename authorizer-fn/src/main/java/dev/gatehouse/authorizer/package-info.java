/**
 * The authorizer: who is calling.
 *
 * <p>{@link dev.gatehouse.authorizer.AuthorizerHandler} answers API Gateway's REQUEST authorizers.
 * Its core reads, in this order, what a credential passes:
 *
 * <ol>
 *   <li>{@code BearerToken}: exactly one Authorization field with exactly one token;
 *   <li>{@code CompactJws}: size, three canonical base64url parts, strict JSON, {@code JoseHeader};
 *   <li>{@code TokenVerifier}: the issuer selects the key set, the key set the key, the key checks
 *       the signature;
 *   <li>{@code ClaimChecks}: time, audience, subject;
 *   <li>{@code ClaimMapping}: claims become a {@link dev.gatehouse.identity.Principal}.
 * </ol>
 *
 * <p>The first check that fails ends it with {@code Outcome.Refused}; nothing here throws for what
 * a client sent. Keys come from {@code JwksKeys} (memory, then Redis, then the issuer) or {@code
 * SecretKeys}, and every set passes {@code KeySetLinter} before it is used. Nimbus types stop at
 * {@code KeySetLinter} and {@code VerificationKey}, Lambda's at the handler.
 *
 * <p>The answer is made for the principal, never for the method that was called: API Gateway keeps
 * it and uses it for every method of the stage.
 */
@NullMarked
package dev.gatehouse.authorizer;

import org.jspecify.annotations.NullMarked;
