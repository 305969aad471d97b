/**
 * CosyVoice's side of the wire, for dev mode, tests and benchmarks.
 *
 * <p>
 * A real WebSocket server that speaks the service's protocol, keeps its limits and can be told to misbehave. It imports
 * nothing of the product, so that a mistake of the product cannot be repeated here and pass for agreement; nothing of
 * the product imports it. The one invariant: no class of this package, and no library only it needs, is in what is
 * packaged for production.
 */
package dev.warmvoice.emulator;
