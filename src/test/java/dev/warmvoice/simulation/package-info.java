/**
 * Simulation of the whole core on virtual time: admission, pool, utterances and timeouts against a scripted service,
 * without threads or sockets.
 *
 * <p>
 * The random seed alone determines a {@link dev.warmvoice.simulation.Simulation}, so that each run can be repeated. The
 * product is called through its own interfaces: by {@code http} from above and by {@code dashscope} from below.
 */
package dev.warmvoice.simulation;
