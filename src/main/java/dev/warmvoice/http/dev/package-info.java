/**
 * Dev mode: the log line that greets a developer, and the buttons of the page that break things. No bean of this package
 * is in a production build. It calls no other package.
 */
package dev.warmvoice.http.dev;
