/**
 * Dev mode: the log line that greets a developer, and the buttons of the page that break things. No bean of this package
 * is in a production build. It calls no other package.
 */
@NullMarked
package dev.warmvoice.http.dev;

import org.jspecify.annotations.NullMarked;
