using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Mes.Infrastructure.Caching.Scripts;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Unit.Caching;

/// <summary>
/// A script takes its keys and arguments by position. The script and its caller name them, and each name must stand for
/// the same position on both sides.
/// </summary>
[Category("Unit")]
internal sealed partial class ScriptCallTests
{
    private static IEnumerable<string> Scripts => typeof(ScriptCall)
        .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(method => method.ReturnType == typeof(ScriptCall))
        .Select(method => method.Name);

    [TestCaseSource(nameof(Scripts))]
    public void A_script_and_its_caller_give_a_position_the_same_name(string script)
    {
        var method = typeof(ScriptCall).GetMethod(script)!;
        var parameters = method.GetParameters();
        var call = (ScriptCall)method.Invoke(null, [.. parameters.Select(Value)])!;

        List<(string Name, string? Passed)> named =
        [
            .. from declaration in Declaration().Matches(call.Script)
               let names = declaration.Groups["names"].Value.Split(", ")
               let positions = Position().Matches(declaration.Groups["positions"].Value)
               from pair in names.Zip(positions, (name, position) => (Name: name, Position: position))
               let at = int.Parse(pair.Position.Groups["at"].Value, CultureInfo.InvariantCulture) - 1
               select (pair.Name, Passed: pair.Position.Groups["of"].Value == "KEYS"
                   ? (string?)call.Keys[at]
                   : (string?)call.Arguments[at]),
        ];

        // An array comes last, and the script iterates over its elements by index.
        var expected = parameters.Where(parameter => !parameter.ParameterType.IsArray)
            .Select(parameter => (SnakeCase(parameter.Name!), (string?)Text(parameter)));
        Assert.That(named, Is.EquivalentTo(expected));
    }

    [Test]
    public void The_arguments_of_a_range_stand_where_the_script_reads_them()
    {
        var method = typeof(ScriptCall).GetMethod(nameof(ScriptCall.Range))!;
        var passed = (RedisValue[])method.Invoke(null, [.. method.GetParameters().Select(Value)])!;

        var read = RangeDeclaration().Matches(CacheScripts.Read)
            .SelectMany(line => line.Groups["names"].Value.Split(", "));

        Assert.That(passed.Select(value => (string?)value), Is.EqualTo(read));
    }

    private static object Value(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(RedisKey) => (RedisKey)Text(parameter),
        var type when type == typeof(RedisValue) => (RedisValue)Text(parameter),
        var type when type == typeof(RedisKey[]) => Array.Empty<RedisKey>(),
        var type when type == typeof(RedisValue[]) => Array.Empty<RedisValue>(),
        var type when type == typeof(bool) => true,
        var type when type == typeof(long) => long.Parse(Text(parameter), CultureInfo.InvariantCulture),
        var type => throw new InvalidOperationException($"Say here what a {type.Name} is tried with."),
    };

    /// <summary>The value passed for a parameter: its name if possible, otherwise a distinct number.</summary>
    private static string Text(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(bool) ? "1"
        : parameter.ParameterType == typeof(long) ? $"{1_000 + parameter.Position}"
        : SnakeCase(parameter.Name!);

    private static string SnakeCase(string name) =>
        Capital().Replace(name, letter => "_" + char.ToLowerInvariant(letter.Value[0]));

    [GeneratedRegex(
        @"^local (?<names>[a-z_, ]+) = (?<positions>(?:(?:KEYS|ARGV)\[\d+\](?:, )?)+)$", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^  local (?<names>[a-z_, ]+) = ARGV\[a", RegexOptions.Multiline)]
    private static partial Regex RangeDeclaration();

    [GeneratedRegex(@"(?<of>KEYS|ARGV)\[(?<at>\d+)\]")]
    private static partial Regex Position();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
