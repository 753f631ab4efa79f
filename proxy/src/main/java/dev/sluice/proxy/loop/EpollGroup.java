package dev.sluice.proxy.loop;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Netty's event loops over epoll, less what they read the clock for: seven times a small request, for which they look for
 * events twice.
 */
final class EpollGroup extends MultiThreadIoEventLoopGroup {
    EpollGroup(int threads, ThreadFactory factory) {
        super(threads, factory, EpollIoHandler.newFactory());
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... unused) {
        return new Loop(this, executor, handlers);
    }

    private static final class Loop extends SingleThreadIoEventLoop {
        Loop(EpollGroup group, Executor executor, IoHandlerFactory handlers) {
            super(group, executor, handlers);
        }

        /** Else the time spent on events is measured, for groups that grow and shrink. */
        @Override
        protected boolean isSuspensionSupported() {
            return false;
        }

        /** With nothing on the calendar it need not wake, and the kernel needs no timer; Netty has it wake each second. */
        @Override
        protected long deadlineNanos() {
            return nextScheduledTaskDeadlineNanos();
        }
    }
}
