/** ZeroMQ sockets, their threads, links to peers, authentication and watchdogs. */
package dev.sluice.sync.zmq;
