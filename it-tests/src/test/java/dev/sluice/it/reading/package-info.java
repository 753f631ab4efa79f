/** Whether Sluice reads requests as a real radosgw reads them. */
package dev.sluice.it.reading;
