package dev.sluice.proxy.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.source.PolicySnapshot;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Rejections summed up in the log. */
class RejectionLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(RejectionLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Admission admission = new Admission(
            new SubjectIds("c"),
            100,
            0,
            new Policy(
                    LimitSet.UNLIMITED,
                    LimitSet.of(Dimension.READ_OPS, Limit.perSecond(1, MeterAlgorithm.FIXED)),
                    LimitSet.UNLIMITED,
                    LimitSet.UNLIMITED,
                    Map.of(),
                    Map.of(),
                    Map.of()));

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void nameOfABucket_cannotBeginALineOfItsOwn() {
        RejectionLog log = new RejectionLog(admission, new IdentityDirectory("c", () -> PolicySnapshot.EMPTY));
        Ticket ticket = new Ticket();
        for (int i = 0; i < 3; i++) {
            admission.admit(Identity.ofUser("alice"), "a\nERROR\u001bb", OperationClass.READ, ticket, 0);
            ticket.commit();
            ticket.release(0);
        }

        log.report(0);

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("rejected 2 requests of bucket a\\u000aERROR\\u001bb: read-ops = 1/s");
    }
}
