/**
 * The whole core on virtual time: admission, pool, utterances and their time limits against a scripted service, without
 * threads and sockets.
 *
 * <p>
 * A {@link dev.warmvoice.simulation.Simulation} is decided by its seed alone, and so is repeated exactly. The product is
 * called as its neighbours call it: by {@code http} from above and by {@code dashscope} from below.
 */
package dev.warmvoice.simulation;
