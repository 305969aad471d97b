/**
 * CosyVoice's side of the wire, for dev mode, tests and benchmarks.
 *
 * <p>
 * A real WebSocket server that speaks the service's protocol, keeps its limits and can be told to misbehave. It imports
 * nothing of the product, so that a mistake of the product cannot be repeated here and pass for agreement. The product
 * reaches it by an address in its configuration, and no artifact that ships contains it.
 */
package dev.warmvoice.emulator;
