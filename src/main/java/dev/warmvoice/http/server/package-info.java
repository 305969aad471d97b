/**
 * The HTTP server below the routes: request bodies and the memory they take, sockets and whether their client reads,
 * security headers, metrics, switched-off endpoints, and the quirks of Vert.x and Netty.
 *
 * <p>
 * Knows neither routes nor tokens. Calls {@code http.error} only.
 */
@NullMarked
package dev.warmvoice.http.server;

import org.jspecify.annotations.NullMarked;
