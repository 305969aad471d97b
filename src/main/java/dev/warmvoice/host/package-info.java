/**
 * Where the process runs, and what that asks of it: AWS Lambda's events and poll loop, Function Compute's hooks, ports.
 *
 * <p>
 * {@code Main} asks here first; {@code http} answers what comes in here, and calls in for nothing else. The one
 * invariant: a host's hooks may help, and nothing that is correct depends on their being called.
 */
package dev.warmvoice.host;
