/**
 * The request pipeline and the reverse proxy.
 *
 * <p>{@link dev.gatehouse.proxy.ProxyHandler} is the Lambda function; {@code Pipeline} is the way
 * of a request in the order of its methods; {@code Backends} calls the services; {@code
 * SystemPages} answers what is the gateway's own.
 *
 * <p>{@link dev.gatehouse.proxy.ProbeHandler} is the second Lambda function: it probes the
 * services' instances ({@code ProbeRound}) and shares what it finds ({@code ProbeReport}), of which
 * the first one hears ({@code ProbeNews}).
 */
@NullMarked
package dev.gatehouse.proxy;

import org.jspecify.annotations.NullMarked;
