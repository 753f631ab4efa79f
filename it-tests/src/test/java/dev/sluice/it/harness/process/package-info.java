/** Programs that tests start: their output, their end, and the prerequisites without which a test is skipped. */
package dev.sluice.it.harness.process;
