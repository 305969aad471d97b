/**
 * What depends on the host: AWS Lambda's events and poll loop, Function Compute's hooks, the port.
 *
 * <p>
 * {@code Main} detects the host first. {@code http} answers the requests that arrive here, and asks only whether a call
 * comes from the platform itself. Invariant: hooks help, but correctness never depends on them.
 */
@NullMarked
package dev.warmvoice.host;

import org.jspecify.annotations.NullMarked;
