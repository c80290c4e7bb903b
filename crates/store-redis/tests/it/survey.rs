//! What a survey finds of real servers, as the application's user sees them.

use wardline_estate::lab::Lab;
use wardline_store_redis::{Redis, ServerSeen, Survey};

use crate::estate::Raised;
use crate::server::Server;

fn at<'a>(survey: &'a Survey, lab: &Lab, name: &str) -> &'a ServerSeen {
    let node = lab.estate().nodes.iter().find(|node| node.name == name);
    let address = node.unwrap().address.to_string();
    let mut servers = survey.servers.iter();
    servers
        .find(|server| server.address.to_string() == address)
        .unwrap()
}

#[tokio::test]
async fn a_single_server_is_a_master_without_replicas() {
    let server = Server::start(&["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]);
    server.load_functions().await;
    let redis = Redis::connect(server.settings()).await.unwrap();

    let survey = redis.survey().await;

    assert_eq!((survey.topology, survey.servers.len()), ("standalone", 1));
    let seen = &survey.servers[0];
    let says = seen.says.as_ref().unwrap();
    assert!(seen.is_followed && seen.is_master());
    assert_eq!(
        (says.max_memory_bytes, says.eviction.as_str()),
        (100 << 20, "allkeys-lru")
    );
    assert!(says.memory_bytes > 0 && !says.version.is_empty());
    assert!(survey.sentinels.is_empty() && survey.problems.is_empty());
}

#[test]
fn sentinels_and_replicas_are_found_and_a_killed_replica_is_told_as_silent() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        let redis = raised.connect().await;

        let survey = redis.survey().await;

        assert_eq!(survey.servers.len(), raised.lab.estate().nodes.len());
        let (masters, replicas): (Vec<_>, Vec<_>) =
            survey.servers.iter().partition(|seen| seen.is_master());
        assert_eq!(masters.len(), 1);
        assert!(
            replicas.iter().all(|seen| seen.is_in_line == Some(true)),
            "{replicas:?}"
        );
        let named: Vec<_> = survey
            .sentinels
            .iter()
            .map(|seen| seen.says.as_ref().unwrap())
            .collect();
        assert_eq!(named.len(), 3);
        assert!(
            named
                .iter()
                .all(|says| says.master == masters[0].address && says.can_fail_over.is_ok())
        );

        let gone = replicas[0].address.to_string();
        let node = raised
            .lab
            .estate()
            .nodes
            .iter()
            .find(|node| node.address.to_string() == gone)
            .unwrap();
        raised.lab.kill(&node.name).unwrap();
        let survey = redis.survey().await;

        let seen = at(&survey, &raised.lab, &node.name);
        assert!(seen.says.is_err());
        assert_eq!(survey.servers.len(), raised.lab.estate().nodes.len());
    });
}

#[test]
fn a_cluster_is_found_whole_with_the_slots_of_each_master() {
    wardline_testkit::block_on(async {
        let raised = Raised::cluster().await;
        let redis = raised.connect().await;

        let survey = redis.survey().await;

        assert_eq!(survey.servers.len(), raised.lab.estate().nodes.len());
        assert_eq!(survey.slots_without_server, 0);
        let slots = survey.servers.iter().flat_map(|seen| &seen.slots);
        let sum: u32 = slots.map(|(first, last)| u32::from(last - first) + 1).sum();
        assert_eq!(sum, 16_384);
        let replicas = survey.servers.iter().filter(|seen| !seen.is_master());
        assert!(replicas.clone().count() > 0);
        assert!(
            replicas
                .clone()
                .all(|seen| seen.slots.is_empty() && seen.is_in_line == Some(true))
        );
    });
}
