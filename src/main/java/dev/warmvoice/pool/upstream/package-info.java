/**
 * Which account serves a request, where several are configured, and which are left alone for a while.
 *
 * <p>
 * {@code speech} asks {@link dev.warmvoice.pool.upstream.Upstreams} for the {@link dev.warmvoice.pool.upstream.Route} of each
 * request. Calls {@code pool}, {@code pool.rate} and {@code dashscope}. Invariant: where there is one account and no fallback, a
 * route has one hop, and nothing is remembered.
 */
@NullMarked
package dev.warmvoice.pool.upstream;

import org.jspecify.annotations.NullMarked;
