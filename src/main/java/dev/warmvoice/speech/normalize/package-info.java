/**
 * Text that was written to be read, made speakable: Markdown, links, code, emoji and e-mail addresses.
 *
 * <p>
 * Called by {@code speech}. Calls nothing of this program. {@code commonmark} reads what is inside a line; the
 * beginnings of lines are read here, since its parser needs a whole document, and text comes in pieces. Invariant: each
 * decision is made at one character and depends on those before it only, so it does not matter where a text is cut.
 */
@NullMarked
package dev.warmvoice.speech.normalize;

import org.jspecify.annotations.NullMarked;
