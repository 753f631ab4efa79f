/** The report and its bytes. docs/wire-format.md draws the layout. */
package dev.sluice.sync.wire;
