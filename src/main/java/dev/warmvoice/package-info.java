/** The process: its start, and how it reports that it could not start. */
@NullMarked
package dev.warmvoice;

import org.jspecify.annotations.NullMarked;
