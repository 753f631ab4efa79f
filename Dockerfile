# The sidecar as an image: built from source, run without root.
#   docker build -t sluice .
FROM docker.io/library/maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
# Tests have run before; an image is not the place to find out.
RUN --mount=type=cache,target=/root/.m2 mvn -q -B -pl proxy -am package -DskipTests

FROM docker.io/library/eclipse-temurin:17-jre
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin sluice
COPY --from=build /src/proxy/target/sluice.jar /src/packaging/jvm.options /opt/sluice/
USER 10001
# S3, admin, sync
EXPOSE 8080 9090 7070
# Read by the java command. Enough heap for any load: see the operator guide.
ENV JDK_JAVA_OPTIONS="@/opt/sluice/jvm.options -Xmx128m"
# SIGTERM drains: give it time (stop_grace_period).
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "-jar", "/opt/sluice/sluice.jar"]
CMD ["proxy", "-c", "/etc/sluice/sluice.conf"]
