using System.Text.RegularExpressions;
using Mes.Chaos.Mutations;
using Mes.Chaos.Nemesis;
using Mes.Tests.Architecture;
using NUnit.Framework;

namespace Mes.Tests.Unit.Chaos;

/// <summary>The mutations with which <c>./chaos.sh</c> builds the service. Each must fit the present sources.</summary>
[Category("Unit")]
internal sealed class MutationTests
{
    private const string LeaseGuard = "if not token then return 3 end";

    private static readonly string Mutations = Path.Combine(Source.Root, "Mes.Chaos", "Mutations");
    private static readonly string[] Promises = ["G1", "G2", "G3", "G4", "G5", "G6", "missing", "one snapshot"];

    private readonly ServiceSources _sources = new(Source.Root);

    [TestCaseSource(nameof(Files))]
    public void A_mutation_applies_to_the_sources_exactly_once(string file)
    {
        var mutation = Mutation.Read(Path.Combine(Mutations, file));

        Assert.That(mutation.ApplyTo(_sources), Is.Not.Empty);
        Assert.That(mutation.Found, Is.Null.Or.AnyOf(Promises), "what a violation begins with");
        var unknown = mutation.Faults.Where(name => !Faults.All.Any(kind => kind.IsMeantBy(name)));
        Assert.That(unknown, Is.Empty, "no such faults");
    }

    [Test]
    public void The_script_builds_a_mutation_for_the_other_version_and_CI_one_without_a_guard()
    {
        Assert.That(Files, Does.Contain("OTHER-LAYOUT.mutation"));
        Assert.That(Read("chaos.sh"), Does.Contain("mutate OTHER-LAYOUT"));

        var guard = Regex.Match(Read(Path.Combine(".ci", "run")), "--without ([A-Z-]+)").Groups[1].Value;
        Assert.That(Files, Does.Contain($"{guard}.mutation"));
    }

    [TestCase("put.lua", "if no such text", "put.lua has this 0 times")]
    [TestCase("put.lua", "return store() end", "put.lua has this 2 times")]
    [TestCase("no-such-file.lua", LeaseGuard, "0 files of the service are called no-such-file.lua")]
    [TestCase("DependencyInjection.cs", "namespace", "2 files of the service are called DependencyInjection.cs")]
    public void What_does_not_apply_exactly_once_says_what_to_do(string file, string text, string why)
    {
        var mutation = Mutation.Parse("LEASE", $"A guard.\nFound: G1\nFaults: flush\n\nIn {file}\n- {text}\n");

        var refused = Assert.Throws<MutationException>(() => mutation.ApplyTo(_sources))!;

        Assert.That(refused.Message, Does.Contain(why));
        Assert.That(refused.Message, Does.Contain("say in Mes.Chaos/Mutations/LEASE.mutation where and how"));
        Assert.That(refused.Message, Does.Contain("'./chaos.sh --without LEASE' still finds G1 broken"));
    }

    [Test]
    public void Texts_of_several_lines_and_several_texts_of_a_file_are_replaced()
    {
        var mutation = Mutation.Parse("X", $"""
            A guard.
            Found: G1
            Faults: flush,evict

            In Scripts/put.lua
            - {LeaseGuard}
            - if token == own_token then
            + one
            + two
            - version = tonumber(version)

            """);

        var (file, text) = mutation.ApplyTo(_sources).Single();

        Assert.That(Path.GetFileName(file), Is.EqualTo("put.lua"));
        Assert.That(
            text, Does.Contain("\none\ntwo\n").And.Not.Contain(LeaseGuard).And.Not.Contain("tonumber(version)\n"));
        Assert.That(mutation.Faults, Is.EqualTo(new[] { "flush", "evict" }));
    }

    [TestCase("A guard.\nIn put.lua\n")]
    [TestCase("A guard.\n- text\n")]
    [TestCase("A guard.\nFound: G1\nIn put.lua\n- text\n")]
    [TestCase("A guard.\nFaults: flush\nIn put.lua\n- text\n")]
    [TestCase("A guard.\nIn put.lua\n+ text\n")]
    [TestCase("A guard.\nIn put.lua\ntext\n")]
    [TestCase("\nIn put.lua\n- text\n")]
    public void What_is_not_written_as_it_has_to_be_is_refused(string text) =>
        Assert.That(
            () => Mutation.Parse("X", text),
            Throws.TypeOf<MutationException>().With.Message.Contains("X.mutation"));

    [Test]
    public void A_copy_has_the_mutation_and_all_else_as_it_is()
    {
        var target = Directory.CreateTempSubdirectory("mes-mutation-").FullName;
        try
        {
            _sources.CopyWith(Path.Combine(Mutations, "LEASE.mutation"), target);

            var copy = new ServiceSources(target);
            var put = copy.Find("put.lua").Single();
            var other = copy.Find("Order.cs").Single();
            var original = Path.Combine(Source.Root, Path.GetRelativePath(target, other));
            Assert.That(File.ReadAllText(put), Does.Not.Contain(LeaseGuard));
            Assert.That(File.ReadAllText(_sources.Find("put.lua").Single()), Does.Contain(LeaseGuard));
            Assert.That(File.ReadAllText(other), Is.EqualTo(File.ReadAllText(original)));
            Assert.That(
                File.GetLastWriteTimeUtc(other),
                Is.EqualTo(File.GetLastWriteTimeUtc(original)),
                "a build of the copy stays up to date");
            Assert.That(File.Exists(Path.Combine(target, "Directory.Build.props")));
            Assert.That(Directory.Exists(Path.Combine(target, "Mes.Tests")), Is.False);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    private static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Mutations, $"*{Mutation.Extension}").Select(file => Path.GetFileName(file)).Order();

    private static string Read(string file) => File.ReadAllText(Path.Combine(Source.Root, file));
}
